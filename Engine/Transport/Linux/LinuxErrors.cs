// SPDX-License-Identifier: MIT
using LbEngine.Lifecycle;
using LbEngine.Transport.Linux.Interop;

namespace LbEngine.Transport.Linux;

/// <summary>What the kernel says, in the engine's words; twin of the portable transport's.</summary>
internal static class LinuxErrors
{
    /// <summary>Why a connect failed. What is not known counts as unreachable.</summary>
    public static ConnectFailure ToConnectFailure(int errno) => errno switch
    {
        // A backend that resets during or right after the handshake has refused, too.
        Errno.ECONNREFUSED or Errno.ECONNRESET or Errno.ECONNABORTED => ConnectFailure.Refused,
        Errno.ETIMEDOUT => ConnectFailure.TimedOut,

        // EAGAIN: no free port in the ephemeral range (man 2 connect).
        Errno.EADDRNOTAVAIL or Errno.EAGAIN or Errno.EADDRINUSE => ConnectFailure.NoLocalPort,

        // No answer of connect(2): see SourceBinding.
        Errno.ENXIO => ConnectFailure.NoSourceAddress,

        // ENOSPC: the user has as many descriptors in epoll as it may (man 2 epoll_ctl).
        Errno.EMFILE or Errno.ENFILE or Errno.ENOBUFS or Errno.ENOMEM or Errno.ENOSPC => ConnectFailure.NoResources,
        _ => ConnectFailure.Unreachable,
    };
}
