// SPDX-License-Identifier: MIT
namespace LbEngine.Benchmarks.Gate;

/// <summary>Compares a measurement with what is expected. Pure.</summary>
internal static class GateJudge
{
    /// <summary>The lowest ratio that still passes.</summary>
    public static double Floor(double expectedRatio) => expectedRatio * (1 - Expectations.Margin);

    /// <summary>Allocation comes first: it does not depend on how busy the machine is.</summary>
    public static GateVerdict Judge(GateMeasurement measurement, double? expectedRatio)
    {
        if (measurement.BytesPerOperation > 0)
        {
            return GateVerdict.Allocates;
        }

        return measurement.Ratio < Floor(expectedRatio ?? 0) ? GateVerdict.Slower : GateVerdict.Passed;
    }

    /// <summary>True when another measurement could still pass: a ratio is disturbed by others on the machine, an allocation is not.</summary>
    public static bool MayTryAgain(GateVerdict verdict, int tries) => verdict == GateVerdict.Slower && tries < Expectations.MostTries;

    /// <summary>The middle value; of an even number the lower one of the two.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[(sorted.Length - 1) / 2];
    }
}
