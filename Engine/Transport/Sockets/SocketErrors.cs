// SPDX-License-Identifier: MIT
using System.Net.Sockets;
using LbEngine.Lifecycle;

namespace LbEngine.Transport.Sockets;

/// <summary>What the operating system says, in the engine's words.</summary>
internal static class SocketErrors
{
    /// <summary>No answer of a connect, but ours where a socket cannot have the address from which it is to connect: see <see cref="SourceBinding"/>.</summary>
    public const SocketError NoSourceAddress = SocketError.NoData;

    /// <summary>Why an address could not be bound.</summary>
    public static string DescribeBind(SocketException exception) => exception.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => ListenerBindException.InUse,
        SocketError.AddressNotAvailable => ListenerBindException.NoSuchAddress,
        SocketError.AddressFamilyNotSupported => ListenerBindException.NoFamily,
        _ => exception.Message,
    };

    /// <summary>Why a connect failed. What is not known counts as unreachable.</summary>
    public static ConnectFailure ToConnectFailure(SocketError error) => error switch
    {
        // A backend that resets during or right after the handshake has refused, too.
        SocketError.ConnectionRefused or SocketError.ConnectionReset or SocketError.ConnectionAborted => ConnectFailure.Refused,
        SocketError.TimedOut => ConnectFailure.TimedOut,

        // EAGAIN of Linux comes as WouldBlock: no free port in the ephemeral range (man 2 connect).
        SocketError.AddressNotAvailable or SocketError.AddressAlreadyInUse or SocketError.WouldBlock => ConnectFailure.NoLocalPort,
        NoSourceAddress => ConnectFailure.NoSourceAddress,
        SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable or SocketError.ProcessLimit => ConnectFailure.NoResources,
        _ => ConnectFailure.Unreachable,
    };
}
