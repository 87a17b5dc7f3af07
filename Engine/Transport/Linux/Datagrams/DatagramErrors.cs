// SPDX-License-Identifier: MIT
using LbEngine.Lifecycle;
using LbEngine.Transport.Linux.Interop;

namespace LbEngine.Transport.Linux.Datagrams;

/// <summary>What the kernel says of a send on a datagram socket, in the engine's words.</summary>
internal static class DatagramErrors
{
    /// <summary>Why a datagram was not sent.</summary>
    public static SendFailure ToSendFailure(IoResult failure) => failure.Error switch
    {
        Errno.EAGAIN or Errno.ENOBUFS or Errno.ENOMEM => SendFailure.QueueFull,
        Errno.EMSGSIZE => SendFailure.TooLarge,
        Errno.ECONNREFUSED => SendFailure.Refused,
        _ => SendFailure.Failed,
    };
}
