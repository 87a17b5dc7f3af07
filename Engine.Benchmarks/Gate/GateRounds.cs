// SPDX-License-Identifier: MIT
using System.Diagnostics;

namespace LbEngine.Benchmarks.Gate;

/// <summary>Measures one case: structure and baseline by turns, so that whatever else the machine does meets both.</summary>
internal static class GateRounds
{
    private const int Rounds = 11;
    private const int RoundMilliseconds = 3;

    // The runtime compiles a body for good only after it ran for a while.
    private const int WarmUpMilliseconds = 250;

    public static GateMeasurement Measure(GateCase one)
    {
        int calls = WarmUp(one.Run);
        int baselineCalls = one.RunBaseline is Action baseline ? WarmUp(baseline) : 0;
        var ratios = new double[Rounds];
        var bytes = new double[Rounds];
        for (int round = 0; round < Rounds; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            double time = TimePerCall(one.Run, calls);
            bytes[round] = (GC.GetAllocatedBytesForCurrentThread() - before) / ((double)calls * one.Operations);
            ratios[round] = one.RunBaseline is null ? 0 : TimePerCall(one.RunBaseline, baselineCalls) / time;
        }

        // The median here too: the runtime itself may allocate on any thread, once, while it compiles a better version of what runs.
        return new GateMeasurement(GateJudge.Median(bytes), one.RunBaseline is null ? null : GateJudge.Median(ratios));
    }

    /// <summary>Returns how many calls fill a round.</summary>
    private static int WarmUp(Action run)
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start).TotalMilliseconds < WarmUpMilliseconds)
        {
            run();
        }

        long fastest = long.MaxValue;
        for (int i = 0; i < Rounds; i++)
        {
            long begin = Stopwatch.GetTimestamp();
            run();
            fastest = Math.Min(fastest, Stopwatch.GetTimestamp() - begin);
        }

        return (int)Math.Max(1, Stopwatch.Frequency * RoundMilliseconds / 1000 / Math.Max(fastest, 1));
    }

    private static double TimePerCall(Action run, int calls)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < calls; i++)
        {
            run();
        }

        return (double)(Stopwatch.GetTimestamp() - start) / calls;
    }
}
