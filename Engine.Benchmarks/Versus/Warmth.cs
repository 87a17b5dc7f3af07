// SPDX-License-Identifier: MIT
namespace LbEngine.Benchmarks.Versus;

/// <summary>Says when a contender that compiles while it runs is as fast as it gets. Pure.</summary>
/// <remarks>
/// A second is not enough while the just-in-time compiler is at work: in two runs of twelve seconds a short connection cost 121 and 134 us in the
/// first, 93 and 118 us in the middle one of the last five.
/// </remarks>
internal static class Warmth
{
    /// <summary>Windows of load after which nobody waits any longer: on a busy machine the cost is never flat.</summary>
    public const int MostWindows = 12;

    /// <summary>Windows in a row that bring nothing.</summary>
    private const int Quiet = 2;

    /// <summary>A gain of less than this part is noise.</summary>
    private const double Noise = 0.03;

    /// <summary>True when the last two windows cost as much as the best one before them, or when there were enough of them.</summary>
    /// <param name="costs">One for each window of load, in their order.</param>
    public static bool IsReached(IReadOnlyList<double> costs) =>
        costs.Count >= MostWindows
        || (costs.Count > Quiet && costs.TakeLast(Quiet).Min() >= costs.Take(costs.Count - Quiet).Min() * (1 - Noise));
}
