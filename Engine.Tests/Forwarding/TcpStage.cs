// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Admission;
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Connections;
using LbEngine.Forwarding;
using LbEngine.Health.Passive;
using LbEngine.Observability;
using LbEngine.Scheduling;
using LbEngine.Tables;
using LbEngine.Testing;
using LbEngine.Tests.Harness.Balancing;
using Microsoft.Extensions.Logging.Abstractions;

namespace LbEngine.Tests.Forwarding;

/// <summary>A <see cref="TcpForwarder"/> with everything below it and no transport: the test makes the calls.</summary>
internal sealed class TcpStage
{
    public TcpStage(int backends = 2, bool inspects = false, int maxConnectionsPerClient = 0, bool holdsWhenFull = true)
    {
        Pool = new BackendPool(0, "site", "test", static set => new SmoothWeightedRoundRobinScheduler(set));
        var directory = new BackendDirectory();
        for (int i = 0; i < backends; i++)
        {
            Backend backend = Pool.Add(i, new BackendDefinition($"b{i}", new IPEndPoint(IPAddress.Loopback, 8000 + i), 1, int.MaxValue));
            directory.Add(backend);
        }

        Pool.Publish();
        Listener = new Listener
        {
            Id = 1,
            Name = "web",
            Bind = IPEndPoint.Parse("192.0.2.1:80"),
            Pool = Pool,
            MaxConnectionsPerClient = maxConnectionsPerClient,
            HoldsWhenFull = holdsWhenFull,
            Inspection = inspects ? new HeaderInspection(name => name == "site" ? Pool : null) : null,
        };
        var admission = new AdmissionController(Table, new ConnectionLimiter(64), new BackendPicker(new AffinityDirectory(), directory));
        var health = new PassiveHealth(new ManualTimeProvider(), NullLogger.Instance, static run => run());
        health.Watch(Pool, new PassiveHealthOptions());
        var ledger = new ConnectionLedger(Counters, Sink);
        Forwarder = new TcpForwarder(
            admission, Budget, new OwnListeners(NullLogger.Instance), Table, ledger, health, Owners, TimeProvider.System, NullLogger.Instance);
    }

    public TcpForwarder Forwarder { get; }

    public Listener Listener { get; }

    public BackendPool Pool { get; }

    /// <summary>Whom the forwarder may ask for room.</summary>
    public FlowOwners Owners { get; } = new();

    public EngineBudget Budget { get; } = new(4, int.MaxValue);

    public ConnectionTable Table { get; } = new(4);

    public EngineCounters Counters { get; } = new();

    public RecordingSink Sink { get; } = new();

    /// <summary>Accepts a client, as a transport does.</summary>
    public Placement Arrive(Connection connection, string client = "198.51.100.7:5000", long now = 1000)
    {
        Forwarder.MayAccept(Listener);
        return Forwarder.Arrive(connection, new Arrival(Listener, EndPointKey.From(IPEndPoint.Parse(client)), 0, now));
    }
}
