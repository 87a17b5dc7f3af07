// SPDX-License-Identifier: MIT
namespace LbEngine.Timing;

/// <summary>Something that can wait on a <see cref="TimerWheel"/>: an intrusive list node, so that scheduling allocates nothing.</summary>
/// <remarks>Belongs to at most one wheel at a time; only the owner of that wheel may touch it.</remarks>
internal abstract class TimerNode
{
    internal TimerNode? Next { get; set; }

    internal TimerNode? Previous { get; set; }

    /// <summary>When the node is due, in the wheel's milliseconds. Meaningless while not scheduled.</summary>
    internal long Deadline { get; set; }

    /// <summary>True between Schedule and either Cancel or expiry.</summary>
    internal bool IsScheduled => Next is not null;
}
