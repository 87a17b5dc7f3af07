// SPDX-License-Identifier: MIT
using System.Net.Sockets;
using LbEngine.Lifecycle;

namespace LbEngine.Transport.Sockets;

/// <summary>What the operating system says, in the engine's words.</summary>
internal static class SocketErrors
{
    /// <summary>Why a connect failed. What is not known counts as unreachable: the backend is then tried no more for this connection.</summary>
    public static ConnectFailure ToConnectFailure(SocketError error) => error switch
    {
        // A backend that resets during or right after the handshake has refused, too.
        SocketError.ConnectionRefused or SocketError.ConnectionReset or SocketError.ConnectionAborted => ConnectFailure.Refused,
        SocketError.TimedOut => ConnectFailure.TimedOut,
        SocketError.AddressNotAvailable or SocketError.AddressAlreadyInUse => ConnectFailure.NoLocalPort,
        SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable or SocketError.ProcessLimit => ConnectFailure.NoResources,
        _ => ConnectFailure.Unreachable,
    };

    /// <summary>The reason of a connection whose last attempt failed so.</summary>
    public static CloseReason ToCloseReason(ConnectFailure failure) => failure switch
    {
        ConnectFailure.TimedOut => CloseReason.ConnectTimeout,
        ConnectFailure.NoLocalPort or ConnectFailure.NoResources => CloseReason.ResourceExhausted,
        _ => CloseReason.ConnectFailed,
    };
}
