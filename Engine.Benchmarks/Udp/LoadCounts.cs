// SPDX-License-Identifier: MIT
using System.Diagnostics;

namespace LbEngine.Benchmarks.Udp;

/// <summary>What a load has seen; cleared when the warm-up is over. One thread.</summary>
internal sealed class LoadCounts
{
    private const int Buckets = 200_000;

    // One bucket for each microsecond; the last one holds all that took longer.
    private readonly int[] _latencies = new int[Buckets];

    public long Replies { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>Not answered in time.</summary>
    public long Lost { get; set; }

    /// <summary>Answered after they were given up, or twice.</summary>
    public long Late { get; set; }

    /// <summary>Datagrams of another flow, or damaged.</summary>
    public long Wrong { get; set; }

    public long Errors { get; set; }

    public void CountReply(long ticks, int bytes)
    {
        Replies++;
        Bytes += bytes;
        _latencies[Math.Min(ticks * 1_000_000 / Stopwatch.Frequency, Buckets - 1)]++;
    }

    public int LatencyMicroseconds(double share)
    {
        long rank = (long)(Replies * share);
        int bucket = 0;
        for (long seen = _latencies[0]; seen <= rank && bucket < Buckets - 1; seen += _latencies[bucket])
        {
            bucket++;
        }

        return bucket;
    }

    public void Clear()
    {
        Array.Clear(_latencies);
        Replies = 0;
        Bytes = 0;
        Lost = 0;
        Late = 0;
        Wrong = 0;
        Errors = 0;
    }
}
