// SPDX-License-Identifier: MIT
using LbEngine.Benchmarks.Versus.Contenders;
using LbEngine.Benchmarks.Versus.Results;
using LbEngine.Benchmarks.Versus.Rows;

namespace LbEngine.Benchmarks.Versus;

/// <summary>Lets all contenders do the work of one row, in turns: whatever else the machine does meets them alike.</summary>
internal static class Contest
{
    public static RowResult Play(Ring ring, IVersusRow row)
    {
        Contender[] contenders = [.. ring.Contenders.Where(row.Includes)];
        Dictionary<Contender, List<Sample>> samples = contenders.ToDictionary(one => one, _ => new List<Sample>());
        if (!row.IsOnce)
        {
            // In a hurry only what compiles while it runs is warmed up.
            foreach (Contender contender in contenders.Where(one => !ring.Plan.IsQuick || one.Role != ContenderRole.Peer))
            {
                row.Measure(ring, contender, ring.Plan.WarmUpSeconds);
            }
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
}
