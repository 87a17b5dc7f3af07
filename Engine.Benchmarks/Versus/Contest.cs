// SPDX-License-Identifier: MIT
using LbEngine.Benchmarks.Versus.Contenders;
using LbEngine.Benchmarks.Versus.Results;
using LbEngine.Benchmarks.Versus.Rows;

namespace LbEngine.Benchmarks.Versus;

/// <summary>Lets all contenders do the work of one row, in turns: whatever else the machine does meets them alike.</summary>
internal static class Contest
{
    private const int WarmUpSeconds = 1;

    public static RowResult Play(Ring ring, IVersusRow row)
    {
        Contender[] contenders = [.. ring.Contenders.Where(row.Includes)];
        Dictionary<Contender, List<Sample>> samples = contenders.ToDictionary(one => one, _ => new List<Sample>());
        foreach (Contender contender in contenders.Where(_ => !row.IsOnce))
        {
            WarmUp(ring, row, contender);
        }

        int rounds = row.IsOnce ? 1 : ring.Plan.Rounds;
        for (int round = 0; round < rounds; round++)
        {
            foreach (Contender contender in round % 2 == 0 ? contenders : Enumerable.Reverse(contenders))
            {
                samples[contender].Add(row.Measure(ring, contender, ring.Plan.Seconds));
            }
        }

        return new RowResult(
            row.Name,
            row.Title,
            row.Command,
            [.. contenders.Select(contender => ContenderResult.Of(contender, samples[contender], row.Dissect(ring, contender)))]);
    }

    /// <summary>Caches and pools fill in one window; what compiles while it runs gets as many as it needs.</summary>
    private static void WarmUp(Ring ring, IVersusRow row, Contender contender)
    {
        List<double> costs = [];
        do
        {
            costs.Add(row.Measure(ring, contender, WarmUpSeconds).Cost);
        }
        while (contender.CompilesAsItRuns && !Warmth.IsReached(costs));
    }
}
