// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Backends;
using LbEngine.Timing;
using LbEngine.Transport.Probes;

namespace LbEngine.Health.Active;

/// <summary>
/// One backend under health checks: what is known of it, and when it is asked next. Its fields belong to the lock of the <see cref="ActiveHealth"/>.
/// </summary>
internal sealed class ProbedBackend : TimerNode, IProbeListener
{
    /// <summary>Multiplied with numbers that count up, its fractions lie evenly spread (Weyl's sequence with the golden ratio).</summary>
    private const double GoldenFraction = 0.6180339887498949;

    /// <summary>An interval is cut into this many phases, so that many backends cost few wake-ups.</summary>
    private const long Phases = 64;

    private readonly double _phase;

    public ProbedBackend(ActiveHealth health, ProbedPool pool, Backend backend, double offset)
    {
        Health = health;
        Pool = pool;
        Backend = backend;
        Target = backend.Address;
        _phase = ((backend.Id * GoldenFraction) + offset) % 1;
    }

    public ActiveHealth Health { get; }

    public ProbedPool Pool { get; }

    public Backend Backend { get; }

    public ProbeJudge Judge { get; } = new();

    /// <summary>Where it is probed.</summary>
    public IPEndPoint Target { get; set; }

    /// <summary>What the probe that is under way asks, or the last one did.</summary>
    public HealthCheck? Check { get; set; }

    public long StartedMilliseconds { get; set; }

    public bool IsProbing { get; set; }

    /// <summary>True when nobody is interested in its results any more.</summary>
    public bool IsGone { get; set; }

    /// <summary>When a backend that nobody knows yet is asked first: soon, but not all at once.</summary>
    public long FirstDue(HealthCheck check, long now) => now + (long)(_phase * Math.Min(check.IntervalMilliseconds, check.FastMilliseconds));

    /// <summary>When it is asked next: soon while its state is open, otherwise at its own moment within the interval.</summary>
    public long NextDue(HealthCheck check, long now)
    {
        if (Judge.IsChanging || Judge.State == HealthState.Unknown)
        {
            return Math.Max(now, StartedMilliseconds + check.FastMilliseconds);
        }

        long interval = check.IntervalMilliseconds;
        long earliest = Math.Max(now, StartedMilliseconds + (interval / 2));
        long moment = (long)(_phase * interval);
        long due = earliest + ((((moment - earliest) % interval) + interval) % interval);
        long grid = interval / Phases;
        return grid == 0 ? due : (due + grid - 1) / grid * grid;
    }

    /// <summary>Any thread.</summary>
    public void OnProbed(ProbeResult result) => Health.OnProbed(this, result);
}
