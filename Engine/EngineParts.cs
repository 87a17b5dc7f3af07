// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Admission;
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Connections;
using LbEngine.Forwarding;
using LbEngine.Health;
using LbEngine.Observability;
using LbEngine.Scheduling;
using LbEngine.Transport;
using Microsoft.Extensions.Logging;

namespace LbEngine;

/// <summary>Turns checked options into the run-time objects of one engine. Nothing here is shared with another engine.</summary>
internal sealed record EngineParts(
    IReadOnlyList<Listener> Listeners,
    IReadOnlyList<BackendPool> Pools,
    AffinityDirectory Affinity,
    BackendDirectory Backends,
    ConnectionTable Table,
    EngineCounters Counters,
    Places Places,
    OwnListeners OwnListeners,
    UdpForwarder UdpForwarder,
    PassiveHealth PassiveHealth,
    ITransport Transport,
    DrainOptions Drain,
    TimeProvider TimeProvider,
    ILogger Logger)
{
    private const int DefaultCapacity = 262_144;

    public static EngineParts Create(
        LoadBalancerOptions options,
        SchedulerRegistry schedulers,
        TransportChoice transportChoice,
        TimeProvider timeProvider,
        ILogger logger)
    {
        var directory = new BackendDirectory();
        var pools = new Dictionary<string, BackendPool>(StringComparer.Ordinal);
        var affinity = new AffinityDirectory();
        foreach ((string name, BackendPoolOptions pool) in options.Pools)
        {
            affinity.Set(pools.Count, CreateAffinity(pool.Affinity));
            pools.Add(name, CreatePool(pools.Count, name, pool, schedulers, directory));
        }

        var listeners = new List<Listener>();
        foreach ((string name, ListenerOptions listener) in options.Listeners)
        {
            listeners.Add(CreateListener(listeners.Count, name, listener, pools[listener.Pool]));
        }

        int descriptors = transportChoice.UsesDescriptors && DescriptorBudget.ReadLimit() is long limit ? DescriptorBudget.ForConnections(limit) : int.MaxValue;
        int perConnection = listeners.Exists(listener => listener.IsDatagram) ? Places.UdpDescriptors : Places.TcpDescriptors;
        int capacity = ChooseCapacity(options.MaxConnections, descriptors / perConnection, logger);
        var places = new Places(capacity, descriptors);
        var table = new ConnectionTable(capacity);
        var limiter = new ConnectionLimiter(capacity);
        var counters = new EngineCounters();
        var admission = new AdmissionController(table, limiter, affinity, directory);
        var forwarder = new TcpForwarder(admission, places, table, counters, logger);
        var ownListeners = new OwnListeners();
        var passiveHealth = new PassiveHealth([.. pools.Values], timeProvider, logger, transportChoice.RunLater);
        var udpForwarder = new UdpForwarder(admission, places, ownListeners, table, counters, passiveHealth, logger);
        int reactors = options.Reactors > 0 ? options.Reactors : Environment.ProcessorCount;
        ITransport transport = transportChoice.Create(new Transport.TransportContext(forwarder, udpForwarder, table, timeProvider, logger, reactors));
        return new EngineParts(
            listeners, [.. pools.Values], affinity, directory, table, counters, places, ownListeners, udpForwarder, passiveHealth, transport, options.Drain, timeProvider, logger);
    }

    private static BackendPool CreatePool(int id, string name, BackendPoolOptions options, SchedulerRegistry schedulers, BackendDirectory directory)
    {
        if (!schedulers.TryCreate(options.Scheduler, out SchedulerFactory? factory))
        {
            throw new InvalidOperationException($"The validator let an unknown scheduler pass: {options.Scheduler}.");
        }

        var pool = new BackendPool(id, name, options.Scheduler, factory)
        {
            ConnectTimeoutMilliseconds = ToMilliseconds(options.ConnectTimeout),
            ConnectAttempts = options.ConnectAttempts,
        };
        foreach ((string backendName, BackendOptions backend) in options.Backends)
        {
            var definition = new BackendDefinition(backendName, IPEndPoint.Parse(backend.Address), backend.Weight, Unlimited(backend.MaxConnections));
            directory.Add(pool.Add(directory.NextId, definition));
        }

        pool.Publish();
        return pool;
    }

    private static PoolAffinity? CreateAffinity(AffinityOptions? options) => options is null
        ? null
        : new PoolAffinity(new AffinityTable(options.MaxEntries, ToMilliseconds(options.Timeout)), options.PrefixV4, options.PrefixV6);

    private static Listener CreateListener(int id, string name, ListenerOptions options, BackendPool pool) => new()
    {
        Id = (ushort)id,
        Name = name,
        Bind = IPEndPoint.Parse(options.Bind),
        Pool = pool,
        MaxConnections = Unlimited(options.MaxConnections),
        MaxConnectionsPerClient = options.MaxConnectionsPerClient,
        IdleTimeoutMilliseconds = ToMilliseconds(options.IdleTimeoutOrDefault),
        HalfCloseTimeoutMilliseconds = ToMilliseconds(options.HalfCloseTimeout ?? ListenerOptions.DefaultHalfCloseTimeout),
        IsDatagram = options.Protocol == ListenerProtocol.Udp,
        Flows = new FlowRules(
            options.Requests ?? 0,
            options.Responses ?? 0,
            options.MaxReplyRatio ?? 0,
            ToMilliseconds(options.IdleTimeoutOrDefault),
            ToMilliseconds(options.UnansweredTimeout ?? ListenerOptions.DefaultUnansweredTimeout)),
        HoldsWhenFull = options.WhenFull != FullBehaviour.Refuse,
        KeepAlive = options.KeepAlive is KeepAliveOptions keepAlive
            ? new KeepAlive((int)keepAlive.Idle.TotalSeconds, (int)keepAlive.Interval.TotalSeconds, keepAlive.Probes)
            : KeepAlive.Off,
    };

    private static int ChooseCapacity(int configured, int allowed, ILogger logger)
    {
        int wanted = configured == 0 ? DefaultCapacity : configured;
        if (configured > allowed)
        {
            EngineLog.TableClamped(logger, allowed, configured, DescriptorBudget.ReadLimit() ?? 0);
        }

        return Math.Min(wanted, allowed);
    }

    private static int Unlimited(int limit) => limit == 0 ? int.MaxValue : limit;

    private static int ToMilliseconds(TimeSpan time) => (int)time.TotalMilliseconds;
}
