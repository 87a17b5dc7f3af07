// SPDX-License-Identifier: MIT
using System.Net.Sockets;
using LbEngine.Backends;
using LbEngine.Lifecycle;

namespace LbEngine.Transport.Sockets;

/// <summary>Gives a socket the address from which it is to connect; twin of the Linux transport's. Its exceptions end here.</summary>
internal static class SourceBinding
{
    /// <summary>Binds a socket that is not connected yet; does nothing where the system is to choose.</summary>
    public static SourceProblem Bind(Socket socket, SourceChoice source)
    {
        if (source.IsAny)
        {
            return SourceProblem.None;
        }

        try
        {
            if (source.IsForeign)
            {
                LinuxOptions.AllowForeignAddress(socket);
            }

            if (source.EndPoint.Port == 0 && socket.SocketType == SocketType.Stream && OperatingSystem.IsLinux())
            {
                LinuxOptions.ChoosePortLater(socket);
            }

            socket.Bind(source.EndPoint.ToIPEndPoint());
            return SourceProblem.None;
        }
        catch (SocketException exception)
        {
            return exception.SocketErrorCode switch
            {
                SocketError.AddressNotAvailable => SourceProblem.NotHere,
                SocketError.AccessDenied => SourceProblem.NotAllowed,
                _ => SourceProblem.NoPort,
            };
        }
    }

    /// <summary>What a failed connect says of the address that the socket was bound to.</summary>
    public static SourceProblem Explain(SourceChoice source, SocketError error) => source.IsAny ? SourceProblem.None : error switch
    {
        SocketError.Success => SourceProblem.None,

        // A loopback address has no way to another host.
        SocketError.InvalidArgument => SourceProblem.NoWay,
        _ when SocketErrors.ToConnectFailure(error) == ConnectFailure.NoLocalPort => SourceProblem.NoPort,
        _ => SourceProblem.None,
    };

    /// <summary>What a connect has met that its source address could not make.</summary>
    public static SocketError ErrorOf(SourceProblem problem) =>
        problem == SourceProblem.NoPort ? SocketError.AddressNotAvailable : SocketErrors.NoSourceAddress;
}
