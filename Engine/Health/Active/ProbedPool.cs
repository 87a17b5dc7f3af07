// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Observability;
using LbEngine.Timing;
using LbEngine.Transport.Probes;
using Microsoft.Extensions.Logging;

namespace LbEngine.Health.Active;

/// <summary>
/// One pool under health checks: gathers what its probes have changed, takes its slow starts a step on, and publishes both at once. Scheduled while
/// there is something to publish.
/// </summary>
internal sealed class ProbedPool : TimerNode
{
    /// <summary>The shortest time between two publications: what changes meanwhile goes out together.</summary>
    public const int QuietMilliseconds = 100;

    private const int RetryMilliseconds = 1_000;

    private readonly ILogger _logger;
    private readonly Func<Backend, Task> _resetConnections;
    private bool _isStopped; // under the pool's Writer
    private bool _mustPublish; // health loop only

    public ProbedPool(BackendPool pool, ILogger logger, Func<Backend, Task> resetConnections)
    {
        Pool = pool;
        _logger = logger;
        _resetConnections = resetConnections;
    }

    public BackendPool Pool { get; }

    /// <summary>Null while the pool has no health checks. Under the lock of <see cref="ActiveHealth"/>, as the next three.</summary>
    public HealthCheck? Check { get; set; }

    public Dictionary<int, ProbedBackend> Backends { get; } = [];

    /// <summary>What has changed since the last publication.</summary>
    public List<HealthChange> Changes { get; private set; } = [];

    public long LastPublishMilliseconds { get; set; } = long.MinValue / 2;

    /// <summary>Takes what has changed. Under the same lock.</summary>
    public List<HealthChange> TakeChanges()
    {
        List<HealthChange> changes = Changes;
        Changes = [];
        return changes;
    }

    /// <summary>From now on nothing is published, and nobody is known as up or down. Takes the pool's Writer.</summary>
    public void Stop()
    {
        lock (Pool.Writer)
        {
            _isStopped = true;
            if (ForgetHealth())
            {
                PoolPublisher.TryPublish(Pool, _logger);
            }
        }
    }

    /// <summary>
    /// Publishes what has changed. Returns when it wants to be called again: for the next step of a slow start, or after a failure; -1 for never.
    /// Health loop only; takes the pool's Writer.
    /// </summary>
    public int Publish(List<HealthChange> changes, long now)
    {
        var before = new HealthState[changes.Count];
        bool isPublished;
        bool startsSlowly;
        lock (Pool.Writer)
        {
            if (_isStopped)
            {
                return -1;
            }

            for (int i = 0; i < changes.Count; i++)
            {
                Backend backend = changes[i].Backend;
                before[i] = backend.HealthState;
                _mustPublish |= before[i] != changes[i].State;
                backend.HealthState = changes[i].State;
            }

            bool hasStepped = StepSlowStarts(now, out startsSlowly);
            isPublished = !(_mustPublish || hasStepped) || PoolPublisher.TryPublish(Pool, _logger);
            _mustPublish = !isPublished;
        }

        for (int i = 0; i < changes.Count; i++)
        {
            Announce(changes[i], before[i]);
        }

        return !isPublished ? RetryMilliseconds : startsSlowly ? StepMilliseconds : -1;
    }

    private int StepMilliseconds => Math.Max(QuietMilliseconds, Pool.SlowStartMilliseconds / SlowStartWeights.Steps);

    /// <summary>Takes every slow start as far as it has come by now; true when one has moved. <paramref name="goesOn"/>: one has steps before it.</summary>
    private bool StepSlowStarts(long now, out bool goesOn)
    {
        bool hasMoved = false;
        goesOn = false;
        foreach (Backend? backend in Pool.Current.BySlot)
        {
            if (backend is not { SlowStartPermille: < SlowStartWeights.Full })
            {
                continue;
            }

            if (backend.SlowStartedMilliseconds < 0)
            {
                backend.SlowStartedMilliseconds = now;
            }

            long passed = now - backend.SlowStartedMilliseconds;
            long permille = Pool.SlowStartMilliseconds == 0 ? SlowStartWeights.Full : passed * SlowStartWeights.Full / Pool.SlowStartMilliseconds;
            int step = (int)Math.Clamp(permille / SlowStartWeights.FirstStep * SlowStartWeights.FirstStep, SlowStartWeights.FirstStep, SlowStartWeights.Full);
            hasMoved |= step != backend.SlowStartPermille;
            goesOn |= step < SlowStartWeights.Full;
            backend.SlowStartPermille = step;
        }

        return hasMoved;
    }

    private void Announce(in HealthChange change, HealthState before)
    {
        Backend backend = change.Backend;
        string reason = change.Result.Describe();
        switch (before, change.State)
        {
            case (HealthState.Unknown, HealthState.Up):
                EngineLog.BackendFoundUp(_logger, backend.Name, Pool.Name, reason);
                break;
            case (HealthState.Down, HealthState.Up):
                EngineLog.BackendUp(_logger, backend.Name, Pool.Name, reason);
                break;
            case (not HealthState.Down, HealthState.Down):
                EngineLog.BackendDown(_logger, backend.Name, Pool.Name, change.Failures, reason);

                // A first probe alone is enough to send nobody new there, but not to end what lives.
                if (before == HealthState.Up && Pool.ResetsWhenDown)
                {
                    EngineLog.ConnectionsReset(_logger, backend.Name, Pool.Name);
                    _ = ResetAsync(backend);
                }

                break;
        }
    }

    private async Task ResetAsync(Backend backend)
    {
        try
        {
            await _resetConnections(backend).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            EngineLog.HealthUnexpected(_logger, exception, Pool.Name);
        }
    }

    /// <summary>Under the Writer; true when that changes anything.</summary>
    private bool ForgetHealth()
    {
        bool changes = false;
        foreach (Backend? backend in Pool.Current.BySlot)
        {
            if (backend is not null)
            {
                changes |= backend.HealthState != HealthState.Unknown || backend.SlowStartPermille < SlowStartWeights.Full;
                backend.HealthState = HealthState.Unknown;
                backend.SlowStartPermille = SlowStartWeights.Full;
                backend.LastProbe = null;
            }
        }

        return changes;
    }
}
