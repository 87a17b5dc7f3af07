// SPDX-License-Identifier: MIT
using System.Diagnostics;

namespace LbEngine.Benchmarks.Soak;

/// <summary>The time of the run: one clock for traffic, faults and findings.</summary>
internal sealed class SoakClock
{
    private readonly long _start = Stopwatch.GetTimestamp();

    public double Seconds => Stopwatch.GetElapsedTime(_start).TotalSeconds;
}
