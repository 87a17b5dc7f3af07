// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using LbEngine.Connections;
using LbEngine.Tables;

namespace LbEngine.Transport.Sockets.Datagrams;

/// <summary>Makes UDP sockets with the options that every listener and flow has.</summary>
internal static class DatagramSetup
{
    /// <summary>No datagram is longer (the length field of its header has 16 bits), so none is ever cut off.</summary>
    public const int MaxDatagram = 65_535;

    // What a burst may fill until the owner comes to it. The kernel grants what it allows (net.core.rmem_max).
    private const int ListenerBuffer = 4 << 20;
    private const int BusyFlowBuffer = 1 << 20;

    // MSG_ERRQUEUE of Linux, which the class library passes on and has no name for.
    private const SocketFlags ErrorQueue = (SocketFlags)0x2000;

    private const int MostErrors = 64;

    /// <summary>SIO_UDP_CONNRESET: whether receives of an unconnected socket fail when some peer has refused a datagram.</summary>
    private const int WindowsConnectionReset = unchecked((int)0x9800000C);

    /// <summary>A socket bound to an address of the listener, which nobody else can have then.</summary>
    /// <exception cref="ListenerBindException">The address cannot be bound.</exception>
    public static Socket Bind(Listener listener, IPEndPoint bind)
    {
        Socket? socket = null;
        try
        {
            socket = Create(bind.AddressFamily);
            if (IsWildcard(bind))
            {
                SetPacketInformation(socket);
            }

            if (listener.MayMissAddress)
            {
                LinuxOptions.AllowMissingAddress(socket);
            }

            socket.Bind(bind);
            return socket;
        }
        catch (SocketException exception)
        {
            socket?.Dispose();
            throw new ListenerBindException(listener.Name, bind, SocketErrors.DescribeBind(exception), exception);
        }
    }

    /// <summary>A second socket on the wildcard socket's port, for one address only: the kernel prefers it for what comes to that address.</summary>
    /// <remarks>
    /// Both sockets share the port, and allow it only for the moment of the bind: before and after it nobody else can join them,
    /// or take the datagrams away.
    /// </remarks>
    /// <exception cref="SocketException">The address cannot be bound: it is not this host's, or another program has the port there.</exception>
    public static Socket BindBeside(Socket wildcard, IPAddress address)
    {
        int port = ((IPEndPoint)wildcard.LocalEndPoint!).Port;
        Socket socket = Create(address.AddressFamily);
        try
        {
            AllowSharing(wildcard, true);
            AllowSharing(socket, true);
            socket.Bind(new IPEndPoint(address, port));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
        finally
        {
            AllowSharing(wildcard, false);
            if (socket.IsBound)
            {
                AllowSharing(socket, false);
            }
        }
    }

    /// <summary>
    /// A socket towards a backend that never blocks, or the reason why there is none. Exceptions end here: a lack of descriptors is a value on the
    /// data path.
    /// </summary>
    public static SocketError TryCreate(AddressFamily family, out Socket? socket)
    {
        socket = null;
        try
        {
            socket = new Socket(family, SocketType.Dgram, ProtocolType.Udp) { Blocking = false };
            if (OperatingSystem.IsLinux())
            {
                TellErrors(socket);
            }

            return SocketError.Success;
        }
        catch (SocketException exception)
        {
            socket?.Dispose();
            socket = null;
            return exception.SocketErrorCode;
        }
    }

    /// <summary>Lets more replies wait in the kernel. Idle flows are spared the system call.</summary>
    public static void EnlargeBuffer(Socket flow)
    {
        try
        {
            flow.ReceiveBufferSize = BusyFlowBuffer;
        }
        catch (SocketException)
        {
            // The flow goes on with what it has.
        }
    }

    /// <summary>
    /// Takes away what a system keeps of errors that were told already, so that it does not fill the socket's memory. The buffer's content is lost.
    /// </summary>
    public static void ForgetErrors(Socket flow, Span<byte> buffer)
    {
        if (OperatingSystem.IsLinux())
        {
            for (int taken = 0; taken < MostErrors; taken++)
            {
                flow.Receive(buffer, ErrorQueue, out SocketError error);
                if (error != SocketError.Success)
                {
                    return;
                }
            }
        }
    }

    /// <summary>False when the address that a socket sends from is none of this host's any more. That of its client never was: see transparent pools.</summary>
    public static bool HasOwnAddress(Socket flow, AddressKey client)
    {
        try
        {
            IPAddress own = ((IPEndPoint)flow.LocalEndPoint!).Address;
            if (AddressKey.From(own) == client)
            {
                return true;
            }

            using var probe = new Socket(flow.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            probe.Bind(new IPEndPoint(own, 0));
            return true;
        }
        catch (SocketException exception)
        {
            return exception.SocketErrorCode != SocketError.AddressNotAvailable;
        }
    }

    /// <summary>True for a broadcast address of this host: only the system knows them, and does not connect to one unless that is allowed.</summary>
    public static bool IsBroadcast(IPAddress address)
    {
        try
        {
            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            probe.Connect(address, port: 9);
            return false;
        }
        catch (SocketException exception)
        {
            return exception.SocketErrorCode == SocketError.AccessDenied;
        }
    }

    public static bool IsWildcard(IPEndPoint endPoint) => endPoint.Address.Equals(IPAddress.Any) || endPoint.Address.Equals(IPAddress.IPv6Any);

    /// <summary>Linux keeps some ICMP errors to itself unless it is asked for all of them (IP_RECVERR, man 7 ip): a host that is gone, no way there.</summary>
    private static void TellErrors(Socket socket)
    {
        const int IPProtocol = 0;
        const int ReceiveErrors = 11;
        const int IPv6Protocol = 41;
        const int ReceiveErrors6 = 25;
        int on = 1;
        (int level, int name) = socket.AddressFamily == AddressFamily.InterNetworkV6 ? (IPv6Protocol, ReceiveErrors6) : (IPProtocol, ReceiveErrors);
        socket.SetRawSocketOption(level, name, MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in on)));
    }

    private static Socket Create(AddressFamily family)
    {
        var socket = new Socket(family, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            if (family == AddressFamily.InterNetworkV6)
            {
                socket.DualMode = false;
            }

            if (OperatingSystem.IsWindows())
            {
                socket.IOControl(WindowsConnectionReset, [0, 0, 0, 0], null);
            }

            socket.ReceiveBufferSize = ListenerBuffer;
            socket.SendBufferSize = ListenerBuffer;
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Asks for the local address of each datagram, from the first one on.</summary>
    private static void SetPacketInformation(Socket socket) => socket.SetSocketOption(
        socket.AddressFamily == AddressFamily.InterNetworkV6 ? SocketOptionLevel.IPv6 : SocketOptionLevel.IP,
        SocketOptionName.PacketInformation,
        true);

    /// <summary>Windows lets a program bind an address beside its own wildcard without a word; its option of that name would let any other one in.</summary>
    private static void AllowSharing(Socket socket, bool isAllowed)
    {
        if (!OperatingSystem.IsWindows())
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, isAllowed);
        }
    }
}
