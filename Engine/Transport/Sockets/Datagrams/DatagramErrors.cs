// SPDX-License-Identifier: MIT
using System.Net.Sockets;
using LbEngine.Lifecycle;

namespace LbEngine.Transport.Sockets.Datagrams;

/// <summary>What the operating system says of a datagram socket, in the engine's words.</summary>
internal static class DatagramErrors
{
    /// <summary>True when a datagram was answered with "port unreachable". Windows says that the connection was reset.</summary>
    public static bool IsRefusal(SocketError error) => error is SocketError.ConnectionRefused or SocketError.ConnectionReset;

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
