// SPDX-License-Identifier: MIT
using LbEngine.Backends;

namespace LbEngine.Health.Active;

/// <summary>Decides from one backend's probes whether it is up. Pure: no clock, no lock; one caller at a time.</summary>
/// <remarks>
/// As HAProxy's <c>rise</c> and <c>fall</c>, so that a single lost packet takes nobody out and a single lucky answer brings nobody back; only the
/// first probe decides alone. A probe that says nothing counts neither way and breaks no streak.
/// </remarks>
internal sealed class ProbeJudge
{
    private int _streak; // results in a row that speak against the present state

    public HealthState State { get; private set; }

    /// <summary>Failures in a row up to now; for messages.</summary>
    public int Failures { get; private set; }

    /// <summary>True while the next probes may change the state, or are the first ones: ask sooner.</summary>
    public bool IsChanging { get; private set; }

    /// <summary>Takes a verdict; true when it has changed <see cref="State"/>.</summary>
    /// <param name="verdict">Of the probe that has just ended.</param>
    /// <param name="rise">Successes in a row that bring a backend back.</param>
    /// <param name="fall">Failures in a row that take it out.</param>
    public bool Observe(ProbeVerdict verdict, int rise, int fall)
    {
        if (verdict == ProbeVerdict.Unknown)
        {
            IsChanging = true;
            return false;
        }

        bool isSuccess = verdict == ProbeVerdict.Success;
        Failures = isSuccess ? 0 : Failures + 1;
        HealthState claimed = isSuccess ? HealthState.Up : HealthState.Down;
        _streak = claimed == State ? 0 : _streak + 1;
        int needed = State == HealthState.Unknown ? 1 : isSuccess ? rise : fall;
        bool changes = _streak >= needed;
        if (changes)
        {
            State = claimed;
            _streak = 0;
        }

        IsChanging = _streak > 0;
        return changes;
    }
}
