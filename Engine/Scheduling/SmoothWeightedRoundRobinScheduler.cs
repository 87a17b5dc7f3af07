// SPDX-License-Identifier: MIT
namespace LbEngine.Scheduling;

/// <summary>Spreads new connections in proportion to weight, without bursts to one backend.</summary>
/// <remarks>
/// <para>
/// Reads the precomputed <see cref="WeightedCycle"/> with one interlocked increment. It starts at a random step:
/// otherwise every change of a pool, and every engine of a cluster, would begin with the heaviest backend.
/// </para>
/// <para>
/// A step whose backend is full or was tried before is handed out by a second rotation over the backends that remain, in
/// proportion to their weights; the next backend in the order would get it all otherwise.
/// </para>
/// <para>Any thread; wait-free except for that second rotation. After 2^32 picks the order starts over once, in mid-cycle.</para>
/// </remarks>
internal sealed class SmoothWeightedRoundRobinScheduler : IBackendScheduler
{
    private readonly SchedulingSet _set;
    private readonly WeightedCycle _cycle;
    private readonly WeightedRotation _detours;
    private PaddedCounter _ticket; // mutable, keep non-readonly

    public SmoothWeightedRoundRobinScheduler(SchedulingSet set)
        : this(set, Random.Shared.Next())
    {
    }

    /// <summary>Starts at a given step of the cycle, taken modulo its length.</summary>
    internal SmoothWeightedRoundRobinScheduler(SchedulingSet set, int startStep)
    {
        _set = set;
        _cycle = new WeightedCycle(set);
        _detours = new WeightedRotation(_cycle, startStep);
        _ticket.Value = startStep - 1L;
    }

    /// <inheritdoc/>
    public int SelectBackend(in SchedulingContext context)
    {
        if (_cycle.Length == 0)
        {
            return -1;
        }

        uint ticket = unchecked((uint)Interlocked.Increment(ref _ticket.Value));
        int index = _cycle[_cycle.StepOf(ticket)];
        var rule = new OpenRule(_set, in context);
        return rule.Allows(index) ? index : _detours.Take(rule);
    }
}
