// SPDX-License-Identifier: MIT
using LbEngine.Lifecycle;

namespace LbEngine.Observability;

/// <summary>Totals of one engine since it started. Any thread.</summary>
internal sealed class EngineCounters : IConnectionSink
{
    private readonly long[] _closed = new long[Enum.GetValues<CloseReason>().Length];
    private readonly long[] _rejected = new long[Enum.GetValues<RejectReason>().Length];
    private readonly long[] _dropped = new long[Enum.GetValues<DropReason>().Length];

    /// <summary>Counts an end, or a refusal, which counts for its listener too.</summary>
    public void Write(in ClosedConnection closed)
    {
        if (closed.IsRefused)
        {
            closed.Listener.CountRejected();
            Interlocked.Increment(ref _rejected[(int)closed.Refusal]);
        }
        else
        {
            Interlocked.Increment(ref _closed[(int)closed.Reason]);
        }
    }

    public void CountDropped(DropReason reason, long datagrams) => Interlocked.Add(ref _dropped[(int)reason], datagrams);

    public long ReadClosed(CloseReason reason) => Volatile.Read(ref _closed[(int)reason]);

    public long ReadRejected(RejectReason reason) => Volatile.Read(ref _rejected[(int)reason]);

    public long ReadDropped(DropReason reason) => Volatile.Read(ref _dropped[(int)reason]);
}
