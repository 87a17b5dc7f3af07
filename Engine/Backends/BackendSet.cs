// SPDX-License-Identifier: MIT
using LbEngine.Scheduling;

namespace LbEngine.Backends;

/// <summary>The backends of a pool and the scheduler built for them, as one immutable value: a reader never sees half an update.</summary>
internal sealed class BackendSet
{
    private readonly Backend?[] _bySlot;
    private volatile Dictionary<string, Backend>? _byName;

    public BackendSet(Backend?[] bySlot, SchedulingSet schedulingSet, IBackendScheduler scheduler, bool isFailingOpen, bool isAllDown)
    {
        _bySlot = bySlot;
        SchedulingSet = schedulingSet;
        Scheduler = scheduler;
        IsFailingOpen = isFailingOpen;
        IsAllDown = isAllDown;
    }

    public SchedulingSet SchedulingSet { get; }

    public IBackendScheduler Scheduler { get; }

    /// <summary>True when no backend that should take traffic is healthy.</summary>
    public bool IsAllDown { get; }

    /// <summary>True when all are used because none is healthy; otherwise a pool that is all down refuses.</summary>
    public bool IsFailingOpen { get; }

    /// <summary>Backends by slot, null where vacant.</summary>
    public ReadOnlySpan<Backend?> BySlot => _bySlot;

    /// <summary>The backend at an index that a scheduler returned; null for anything out of range or vacant (a plugged-in scheduler may be wrong).</summary>
    public Backend? Find(int index) => (uint)index < (uint)_bySlot.Length ? _bySlot[index] : null;

    /// <summary>The backend of a name; null when there is none. The first call makes an index, which a pool that nobody asks by name never pays for.</summary>
    public Backend? Find(string name) => (_byName ??= IndexByName()).GetValueOrDefault(name);

    private Dictionary<string, Backend> IndexByName() => _bySlot.OfType<Backend>().ToDictionary(backend => backend.Name, StringComparer.Ordinal);
}
