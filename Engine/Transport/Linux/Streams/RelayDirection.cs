// SPDX-License-Identifier: MIT
using LbEngine.Transport.Linux.Interop;

namespace LbEngine.Transport.Linux.Streams;

/// <summary>Bytes on their way in one direction. Owns no memory unless the receiving peer is blocked.</summary>
internal struct RelayDirection
{
    /// <summary>Rented while bytes wait that the peer would not take.</summary>
    public byte[]? Pending;

    public int PendingOffset;
    public int PendingLength;

    /// <summary>Rented while bytes lie in it.</summary>
    public SplicePipe? Pipe;

    /// <summary>Reads in a row that filled the scratch buffer, while copying; fills in a row that were small, while splicing.</summary>
    public int Streak;

    /// <summary>True while splice(2) moves the bytes.</summary>
    public bool Splicing;

    /// <summary>True while bytes were seen, and left in the kernel because the peer did not take them and memory is short.</summary>
    public bool HasUnread;

    /// <summary>True while bytes were read that the peer has not taken: then nothing more is read.</summary>
    public readonly bool HasPending => PendingLength > 0 || Pipe is { Buffered: > 0 };

    /// <summary>True when there are bytes that the peer has not taken, wherever they wait: an end would be no end of them.</summary>
    public readonly bool HoldsBytes => HasPending || HasUnread;
}
