// SPDX-License-Identifier: MIT
namespace LbEngine.Scheduling;

/// <summary>Allows every backend that can take traffic and was not tried for this connection.</summary>
internal readonly ref struct OpenRule : IPickRule
{
    private readonly SchedulingSet _set;
    private readonly ref readonly SchedulingContext _context;

    public OpenRule(SchedulingSet set, in SchedulingContext context)
    {
        _set = set;
        _context = ref context;
    }

    public bool Allows(int index) => _set.CanTake(index) && !_context.Excluded.Contains(index);
}
