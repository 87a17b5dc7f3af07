// SPDX-License-Identifier: MIT
namespace LbEngine.Scheduling;

/// <summary>Allows the open backends whose ratio of connections to weight equals a given one.</summary>
internal readonly ref struct TiedRule : IPickRule
{
    private readonly SchedulingSet _set;
    private readonly ref readonly SchedulingContext _context;
    private readonly long _count;
    private readonly long _weight;

    public TiedRule(SchedulingSet set, in SchedulingContext context, long count, long weight)
    {
        _set = set;
        _context = ref context;
        _count = count;
        _weight = weight;
    }

    public bool Allows(int index)
    {
        long count = _set.GetActiveCount(index);
        return count * _weight == _count * _set.Weights[index]
            && count < _set.Limits[index]
            && !_context.Excluded.Contains(index);
    }
}
