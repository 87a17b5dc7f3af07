// SPDX-License-Identifier: MIT
using LbEngine.Connections;

namespace LbEngine.Observability;

/// <summary>Totals of one engine since it started. Any thread.</summary>
internal sealed class EngineCounters
{
    private readonly long[] _closed = new long[Enum.GetValues<CloseReason>().Length];
    private readonly long[] _rejected = new long[Enum.GetValues<RejectReason>().Length];

    public void CountClosed(CloseReason reason) => Interlocked.Increment(ref _closed[(int)reason]);

    public void CountRejected(RejectReason reason) => Interlocked.Increment(ref _rejected[(int)reason]);

    public long ReadClosed(CloseReason reason) => Volatile.Read(ref _closed[(int)reason]);

    public long ReadRejected(RejectReason reason) => Volatile.Read(ref _rejected[(int)reason]);
}
