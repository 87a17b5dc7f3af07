// SPDX-License-Identifier: MIT
using LbEngine.Transport.Linux.Interop;

namespace LbEngine.Transport.Linux.Streams;

/// <summary>
/// What the system calls of <see cref="ByteMover"/> prove when they move nothing. Pure; the one place that takes a zero or an error for something.
/// </summary>
internal static class TransferRules
{
    /// <summary>What a splice(2) from a socket says that moved nothing.</summary>
    /// <remarks>
    /// It stops at an urgent mark (MSG_OOB, man 7 tcp) and never passes it, while recv(2) does. There it returns 0 once a FIN has arrived,
    /// whatever lies behind the mark, and EAGAIN before. So a zero is an end only when recv says so, and EAGAIN means drained only where no
    /// urgent data was announced. An error takes the socket's pending one with it: recv would then say "end".
    /// </remarks>
    public static EmptyRead OfSplice(IoResult filled, bool isUrgent) => filled.Error switch
    {
        0 => EmptyRead.Unknown,
        Errno.EAGAIN => isUrgent ? EmptyRead.Unknown : EmptyRead.Drained,

        // EINVAL: not a socket that can be spliced (a future transport might bring one). The others: no pages for the pipe.
        Errno.EINVAL or Errno.ENOMEM or Errno.ENOBUFS => EmptyRead.CannotSplice,
        _ => EmptyRead.Reset,
    };

    /// <summary>What a recv(2) says that brought nothing.</summary>
    /// <param name="read">Its result.</param>
    /// <param name="hasFailed">True after a failed send or EPOLLERR: the error is used up then, and recv only says "end".</param>
    public static EmptyRead OfReceive(IoResult read, bool hasFailed) => read.Error switch
    {
        0 => hasFailed ? EmptyRead.Reset : EmptyRead.Ended,
        Errno.EAGAIN => EmptyRead.Drained,
        _ => EmptyRead.Reset,
    };

    /// <summary>True when a send of at least one byte shows that the peer is gone. Otherwise EPOLLOUT tells of more room.</summary>
    /// <remarks>
    /// A zero for bytes that wait is neither: no event would ever follow it. It is not known to happen, and counts as a failure, since a
    /// connection that ends is better than one that stands still.
    /// </remarks>
    public static bool IsGone(IoResult sent) => sent is { Failed: true, WouldBlock: false } or { Failed: false, Value: 0 };
}
