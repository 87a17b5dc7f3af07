// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Observability;

namespace LbEngine.Control;

/// <summary>The time that rates are taken over.</summary>
/// <param name="FromLatest">It begins at the latest sum that was kept; else at the one before.</param>
/// <param name="Milliseconds">How long it is; 0 when there are no rates yet.</param>
internal readonly record struct TrafficWindow(bool FromLatest, long Milliseconds)
{
    // What has just begun is no flood.
    private const long ShortestMilliseconds = 1000;

    /// <summary>What was summed up of one listener or backend, and its rates.</summary>
    public TrafficStatus Describe(TrafficRecord record)
    {
        TrafficTotals now = record.Now;
        TrafficTotals then = FromLatest ? record.Latest : record.Earlier;
        return new TrafficStatus(
            now.BytesToBackend,
            now.BytesToClient,
            PerSecond(now.Connections - then.Connections),
            PerSecond(now.BytesToBackend - then.BytesToBackend),
            PerSecond(now.BytesToClient - then.BytesToClient));
    }

    private double PerSecond(long count) =>
        Milliseconds == 0 ? 0 : Math.Round(count * 1000.0 / Math.Max(Milliseconds, ShortestMilliseconds), 3);
}
