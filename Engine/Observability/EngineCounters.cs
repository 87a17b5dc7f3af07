// SPDX-License-Identifier: MIT
using LbEngine.Lifecycle;

namespace LbEngine.Observability;

/// <summary>Totals of one engine since it started. Any thread.</summary>
internal sealed class EngineCounters
{
    private readonly long[] _closed = new long[Enum.GetValues<CloseReason>().Length];
    private readonly long[] _rejected = new long[Enum.GetValues<RejectReason>().Length];
    private readonly long[] _dropped = new long[Enum.GetValues<DropReason>().Length];

    public void CountClosed(CloseReason reason) => Interlocked.Increment(ref _closed[(int)reason]);

    public void CountRejected(RejectReason reason) => Interlocked.Increment(ref _rejected[(int)reason]);

    public long ReadClosed(CloseReason reason) => Volatile.Read(ref _closed[(int)reason]);

    public void CountDropped(DropReason reason, long datagrams) => Interlocked.Add(ref _dropped[(int)reason], datagrams);

    public long ReadDropped(DropReason reason) => Volatile.Read(ref _dropped[(int)reason]);

    public long ReadRejected(RejectReason reason) => Volatile.Read(ref _rejected[(int)reason]);
}
