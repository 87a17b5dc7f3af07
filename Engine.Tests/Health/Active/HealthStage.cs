// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Health.Active;
using LbEngine.Scheduling;
using LbEngine.Testing;
using LbEngine.Tests.Harness;
using LbEngine.Transport.Probes;

namespace LbEngine.Tests.Health.Active;

/// <summary>Active health over one pool of backends b0, b1, ..., under a clock that the test moves.</summary>
internal sealed class HealthStage : IDisposable
{
    /// <summary>Probes that may be under way at once.</summary>
    public const int MostProbes = 256;

    private int _nextId;

    public HealthStage(int backends, Action<BackendPool>? configure = null, SchedulerFactory? scheduler = null)
    {
        Prober = new ScriptedProber { Time = Time };
        Pool = NewPool("site", scheduler);
        configure?.Invoke(Pool);
        for (int i = 0; i < backends; i++)
        {
            Add();
        }

        Pool.Publish();
        Monitor = new ActiveHealth(
            Time,
            Log,
            () => new ProbeDrive(Prober, new TimerLoop(Time)),
            backend =>
            {
                Reset.Add(backend);
                return Task.CompletedTask;
            },
            0,
            MostProbes);
    }

    public ManualTimeProvider Time { get; } = new();

    public RecordingLoggerFactory Log { get; } = new();

    public ScriptedProber Prober { get; }

    public BackendPool Pool { get; }

    public ActiveHealth Monitor { get; }

    public List<Backend> Backends { get; } = [];

    /// <summary>Whose connections were reset.</summary>
    public List<Backend> Reset { get; } = [];

    /// <summary>Sets that the pool was given, by the schedulers that were built for them.</summary>
    public int Publications { get; private set; }

    public HealthState[] States => [.. Backends.Select(backend => backend.HealthState)];

    public string[] Lines => [.. Log.Lines.Select(line => $"{line.Id} {line.Level} {line.Text}")];

    public BackendPool NewPool(string name, SchedulerFactory? scheduler = null) => new(0, name, "test", set =>
    {
        Publications++;
        return scheduler is null ? new WeightedLeastConnectionsScheduler(set) : scheduler(set);
    });

    public Backend Add(int weight = 1)
    {
        int id = _nextId++;
        Backend backend = Pool.Add(id, new BackendDefinition($"b{id}", new IPEndPoint(IPAddress.Loopback, 1000 + id), weight, int.MaxValue));
        Backends.Add(backend);
        return backend;
    }

    public void Start(HealthOptions? options)
    {
        Monitor.Watch(Pool, options);
        Monitor.Start();
        Advance(0);
    }

    public void Say(int backend, ProbeCause cause) => Prober.Set(Backends[backend].Address, cause);

    public void Advance(int milliseconds) => Time.Advance(TimeSpan.FromMilliseconds(milliseconds));

    public void Dispose()
    {
        Monitor.Dispose();
        Log.Dispose();
    }
}
