// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Lifecycle;
using LbEngine.Transport.Linux.Interop;

namespace LbEngine.Transport.Linux;

/// <summary>Gives a socket the address from which it is to connect; twin of the portable transport's. The owner of the descriptor only.</summary>
internal static class SourceBinding
{
    /// <summary>Binds a socket that is not connected yet; does nothing where the system is to choose.</summary>
    public static SourceProblem Bind(int descriptor, in SourceChoice source, bool isStream)
    {
        if (source.IsAny)
        {
            return SourceProblem.None;
        }

        IoResult result = source.IsForeign ? AllowForeign(descriptor, source.EndPoint.Address.IsIPv4, isStream) : IoResult.Success(0);
        if (!result.Failed && isStream && source.EndPoint.Port == 0)
        {
            // The port is chosen with the connect, when the other end is known: it may serve many backends at once (man 7 ip).
            result = SocketCalls.SetOption(descriptor, SocketOption.IPPROTO_IP, SocketOption.IP_BIND_ADDRESS_NO_PORT, 1);
        }

        if (!result.Failed)
        {
            Span<byte> address = stackalloc byte[SocketAddressBytes.MaxLength];
            int length = SocketAddressBytes.Write(address, source.EndPoint);
            result = SocketCalls.Bind(descriptor, address[..length]);
        }

        return result.Error switch
        {
            0 => SourceProblem.None,
            Errno.EADDRNOTAVAIL => SourceProblem.NotHere,
            Errno.EPERM or Errno.EACCES => SourceProblem.NotAllowed,
            _ => SourceProblem.NoPort,
        };
    }

    /// <summary>What a failed connect says of the address that the socket was bound to.</summary>
    public static SourceProblem Explain(in SourceChoice source, int errno) => source.IsAny ? SourceProblem.None : errno switch
    {
        // A loopback address has no way to another host (ip_route_output_key of the kernel).
        Errno.EINVAL => SourceProblem.NoWay,
        _ when LinuxErrors.ToConnectFailure(errno) == ConnectFailure.NoLocalPort => SourceProblem.NoPort,
        _ => SourceProblem.None,
    };

    /// <summary>What a connect has met that its source address could not make.</summary>
    public static int ErrorOf(SourceProblem problem) => problem == SourceProblem.NoPort ? Errno.EADDRNOTAVAIL : Errno.ENXIO;

    /// <summary>Lets the socket have an address that is not this host's.</summary>
    private static IoResult AllowForeign(int descriptor, bool isIPv4, bool isStream)
    {
        if (isStream)
        {
            // A port that others of its kind have, towards other backends. Over UDP nobody would see to it that they are others.
            SocketCalls.SetOption(descriptor, SocketOption.SOL_SOCKET, SocketOption.SO_REUSEADDR, 1);
        }

        return isIPv4
            ? SocketCalls.SetOption(descriptor, SocketOption.IPPROTO_IP, SocketOption.IP_TRANSPARENT, 1)
            : SocketCalls.SetOption(descriptor, SocketOption.IPPROTO_IPV6, SocketOption.IPV6_TRANSPARENT, 1);
    }
}
