// SPDX-License-Identifier: MIT
namespace LbEngine.Scheduling;

/// <summary>Picks the backend with the smallest ratio of live connections to weight; equals take turns by smooth weighted round robin.</summary>
/// <remarks>
/// <para>
/// The rule of nginx's least_conn (src/stream/ngx_stream_upstream_least_conn_module.c, commit 27e9498). Ratios are compared by cross
/// multiplication in 64 bits: counts are below 2^31 and weights below 2^16, so a product stays below 2^47.
/// </para>
/// <para>
/// Turns among equals follow the order of the whole set's <see cref="WeightedCycle"/>, with the others left out: shares
/// are in proportion to weight, as if the equals had a cycle of their own.
/// </para>
/// <para>
/// Any thread; lock-free. One look at every backend over packed counts, and up to two more in the rare case that equals
/// lie far apart in the cycle. Counts may move while they are read; the pick is then the best of what was seen.
/// </para>
/// </remarks>
internal sealed class WeightedLeastConnectionsScheduler : IBackendScheduler
{
    private readonly SchedulingSet _set;
    private readonly WeightedCycle _cycle;
    private readonly WeightedRotation _turns;

    public WeightedLeastConnectionsScheduler(SchedulingSet set)
        : this(set, Random.Shared.Next())
    {
    }

    /// <summary>Starts turns among equals at a given step of the cycle, taken modulo its length.</summary>
    internal WeightedLeastConnectionsScheduler(SchedulingSet set, int startStep)
    {
        _set = set;
        _cycle = new WeightedCycle(set);
        _turns = new WeightedRotation(_cycle, startStep);
    }

    /// <inheritdoc/>
    public int SelectBackend(in SchedulingContext context)
    {
        // Nobody leads at first: a ratio of 1 to 0 loses against every backend.
        long leadCount = 1;
        long leadWeight = 0;
        int leader = -1;
        bool tied = false;
        var rule = new OpenRule(_set, in context);
        ReadOnlySpan<int> weights = _cycle.Weights;
        int[][] chunks = _set.LoadChunks;
        for (int first = 0; first < weights.Length; first += LoadCounters.ChunkSize)
        {
            ReadOnlySpan<int> counts = chunks[first / LoadCounters.ChunkSize];
            ReadOnlySpan<int> chunk = weights.Slice(first, Math.Min(LoadCounters.ChunkSize, weights.Length - first));
            counts = counts[..chunk.Length];
            for (int i = 0; i < chunk.Length; i++)
            {
                long count = counts[i];
                long weight = chunk[i];
                long ahead = (leadCount * weight) - (count * leadWeight);
                if (ahead < 0 || weight == 0)
                {
                    continue;
                }

                if (ahead == 0)
                {
                    tied = true;
                }
                else if (rule.Allows(first + i))
                {
                    leadCount = count;
                    leadWeight = weight;
                    leader = first + i;
                    tied = false;
                }
            }
        }

        if (!tied)
        {
            return leader;
        }

        int turn = _turns.Take(new TiedRule(_set, in context, leadCount, leadWeight));
        return turn < 0 ? leader : turn;
    }
}
