// SPDX-License-Identifier: MIT
using System.Net.Sockets;
using LbEngine.Lifecycle;

namespace LbEngine.Transport.Sockets.Datagrams;

/// <summary>What the operating system says of a datagram socket, in the engine's words.</summary>
internal static class DatagramErrors
{
    /// <summary>
    /// What an error on a flow's socket says of its path. Systems tell the number of the error and not the ICMP message: some kinds of "unreachable"
    /// cannot be told apart.
    /// </summary>
    /// <param name="error">What a send or a receive returned.</param>
    /// <param name="isSend">What is not known is this host's doing when sending, and the network's when receiving.</param>
    public static PathError ToPathError(SocketError error, bool isSend) => error switch
    {
        SocketError.Success or SocketError.WouldBlock or SocketError.NoBufferSpaceAvailable => PathError.None,

        // Windows says that the connection was reset. Protocol option is "protocol unreachable": a host without UDP.
        SocketError.ConnectionRefused or SocketError.ConnectionReset or SocketError.ProtocolOption => PathError.Refused,
        SocketError.AccessDenied => PathError.Prohibited,

        // A receive of Windows says so of a datagram that does not fit into the buffer, and a wait for input has none.
        SocketError.MessageSize => isSend || !OperatingSystem.IsWindows() ? PathError.TooLarge : PathError.None,
        SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.HostDown or SocketError.NetworkReset => PathError.Unreachable,
        _ => isSend ? PathError.Local : PathError.Unreachable,
    };

    /// <summary>Why a socket towards a backend could not be opened. One that waits, which none does, counts as a shortage of something.</summary>
    public static ConnectFailure ToConnectFailure(SocketError error) =>
        error == SocketError.IOPending ? ConnectFailure.NoResources : SocketErrors.ToConnectFailure(error);

    /// <summary>Why a datagram was not sent.</summary>
    public static SendFailure ToSendFailure(SocketError error) => error switch
    {
        SocketError.WouldBlock or SocketError.NoBufferSpaceAvailable => SendFailure.QueueFull,
        SocketError.MessageSize => SendFailure.TooLarge,
        SocketError.ConnectionRefused or SocketError.ConnectionReset => SendFailure.Refused,
        _ => SendFailure.Failed,
    };
}
