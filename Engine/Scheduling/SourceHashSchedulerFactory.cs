// SPDX-License-Identifier: MIT
namespace LbEngine.Scheduling;

/// <summary>Builds <see cref="SourceHashScheduler"/>s for one pool and keeps the table while names and weights stay the same.</summary>
/// <remarks>A change of health or of an operator's state so costs no new table. Pool writer only.</remarks>
internal sealed class SourceHashSchedulerFactory
{
    private MaglevTable? _table;

    /// <summary>A <see cref="SchedulerFactory"/>.</summary>
    public SourceHashScheduler Create(SchedulingSet set)
    {
        int[] indices = [.. Enumerable.Range(0, set.Count)
            .Where(index => set.GetName(index).Length > 0 && set.Weights[index] > 0)
            .OrderBy(set.GetName, StringComparer.Ordinal)];
        string[] names = [.. indices.Select(set.GetName)];
        int[] weights = [.. indices.Select(index => set.Weights[index])];
        if (_table is null || !_table.IsFor(names, weights))
        {
            _table = new MaglevTable(names, weights);
        }

        return new SourceHashScheduler(set, _table, indices);
    }
}
