// SPDX-License-Identifier: MIT
namespace LbEngine.Connections;

/// <summary>What a row of the <see cref="ConnectionTable"/> holds.</summary>
internal enum EntryKind : byte
{
    /// <summary>A TCP connection, which nobody looks up by key.</summary>
    Connection,

    /// <summary>A flow that is found by its key.</summary>
    Flow,

    /// <summary>A flow that waits for replies only: the next datagram of its client begins another one.</summary>
    DetachedFlow,
}
