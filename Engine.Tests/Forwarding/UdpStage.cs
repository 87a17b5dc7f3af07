// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Admission;
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Connections;
using LbEngine.Forwarding;
using LbEngine.Health.Passive;
using LbEngine.Lifecycle;
using LbEngine.Observability;
using LbEngine.Scheduling;
using LbEngine.Tables;
using LbEngine.Testing;
using LbEngine.Tests.Harness;
using Microsoft.Extensions.Logging.Abstractions;

namespace LbEngine.Tests.Forwarding;

/// <summary>A <see cref="UdpForwarder"/> with everything below it and no transport: the test makes the calls.</summary>
internal sealed class UdpStage
{
    public const int Capacity = 4;

    public UdpStage(
        int backends = 2,
        int maxConnections = int.MaxValue,
        int maxConnectionsPerClient = 0,
        int capacity = Capacity,
        int? tableCapacity = null,
        FlowRules? rules = null,
        bool affinity = false,
        SchedulerFactory? scheduler = null)
    {
        Pool = new BackendPool(0, "site", "test", scheduler ?? (static set => new SmoothWeightedRoundRobinScheduler(set)));
        for (int i = 0; i < backends; i++)
        {
            Backend backend = Pool.Add(i, new BackendDefinition($"b{i}", new IPEndPoint(IPAddress.Loopback, 5300 + i), 1, int.MaxValue));
            Directory.Add(backend);
            Backends.Add(backend);
        }

        Pool.Publish();
        Listener = CreateListener(0, "192.0.2.1:53", maxConnections, maxConnectionsPerClient, rules);
        OtherListener = CreateListener(1, "192.0.2.1:54", int.MaxValue, 0, null);
        Own.Refresh([Listener, OtherListener]);
        Budget = new EngineBudget(capacity, int.MaxValue);
        Table = new ConnectionTable(tableCapacity ?? capacity);
        Limiter = new ConnectionLimiter(64);
        Affinity = affinity ? new AffinityTable(64, 1000) : null;
        var rulesOfPools = new AffinityDirectory();
        rulesOfPools.Set(0, Affinity is null ? null : new PoolAffinity(Affinity, 32, 128));
        var admission = new AdmissionController(Table, Limiter, new BackendPicker(rulesOfPools, Directory));
        var health = new PassiveHealth(new ManualTimeProvider(), NullLogger.Instance, static run => run());
        health.Watch(Pool, new PassiveHealthOptions());
        Forwarder = new UdpForwarder(
            admission, Budget, Own, Table, Counters, new ConnectionLedger(Counters, Sink), health, Owners, Log.CreateLogger("LbEngine"));
        Evictor = new FakeEvictor(Forwarder);
    }

    public UdpForwarder Forwarder { get; }

    public FakeEvictor Evictor { get; }

    public Listener Listener { get; }

    public Listener OtherListener { get; }

    public BackendPool Pool { get; }

    public List<Backend> Backends { get; } = [];

    public EngineBudget Budget { get; }

    public ConnectionTable Table { get; }

    public ConnectionLimiter Limiter { get; }

    public AffinityTable? Affinity { get; }

    public EngineCounters Counters { get; } = new();

    public RecordingSink Sink { get; } = new();

    /// <summary>Whom the forwarder may ask for room elsewhere.</summary>
    public FlowOwners Owners { get; } = new();

    public RecordingLoggerFactory Log { get; } = new();

    private OwnListeners Own { get; } = new(NullLogger.Instance);

    private BackendDirectory Directory { get; } = new();

    /// <summary>Asks as a transport does: room is made once, when it is needed.</summary>
    public (TestFlow Flow, Placement Placement) Admit(string client = "198.51.100.7:5000", Listener? listener = null, TestFlow? flow = null)
    {
        flow ??= new TestFlow();
        var arrival = new Arrival(listener ?? Listener, EndPointKey.From(IPEndPoint.Parse(client)), 0, 1000);
        Placement placement = Forwarder.Admit(flow, arrival, hasMadeRoom: false);
        if (placement.NeedsRoom)
        {
            Evictor.EvictUnanswered(placement.RoomAt(arrival.Listener));
            placement = Forwarder.Admit(flow, arrival, hasMadeRoom: true);
        }

        return (flow, placement);
    }

    /// <summary>A flow that the evictor may end, as one that was never answered.</summary>
    public TestFlow AdmitUnanswered(string client, Listener? listener = null)
    {
        (TestFlow flow, Placement placement) = Admit(client, listener);
        Assert.True(placement.IsPlaced, $"{client} was rejected: {placement.Reason}");
        Evictor.Unanswered.Add(flow);
        return flow;
    }

    /// <summary>How many flows are held, checked in every place where one is counted.</summary>
    public void AssertHeld(int flows)
    {
        Assert.Equal(flows, Budget.Count);
        Assert.Equal(flows, Table.Count);
        Assert.Equal(flows, Listener.ActiveCount + OtherListener.ActiveCount);
        Assert.Equal(flows, Backends.Sum(backend => backend.ActiveCount));
    }

    private Listener CreateListener(ushort id, string bind, int maxConnections, int maxConnectionsPerClient, FlowRules? rules) => new()
    {
        Id = id,
        Name = $"listener{id}",
        Bind = IPEndPoint.Parse(bind),
        Pool = Pool,
        IsDatagram = true,
        MaxConnections = maxConnections,
        MaxConnectionsPerClient = maxConnectionsPerClient,
        Flows = rules ?? FlowRules.Default,
    };
}
