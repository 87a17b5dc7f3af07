// SPDX-License-Identifier: MIT
namespace LbEngine.Transport.Linux.Streams;

/// <summary>What it means that a read from a socket brought no bytes; see <see cref="TransferRules"/>.</summary>
internal enum EmptyRead : byte
{
    /// <summary>Nothing is there now; epoll tells of more.</summary>
    Drained,

    /// <summary>The call proves nothing: recv(2) has to say it.</summary>
    Unknown,

    /// <summary>No splice(2) with this socket, or not now: copy.</summary>
    CannotSplice,

    /// <summary>The FIN was read.</summary>
    Ended,

    /// <summary>The socket has failed.</summary>
    Reset,
}
