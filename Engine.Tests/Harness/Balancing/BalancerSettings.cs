// SPDX-License-Identifier: MIT
using System.Net;
using System.Text.Json.Serialization;
using LbEngine.Admission;
using LbEngine.Configuration;
using LbEngine.Resolution;

namespace LbEngine.Tests.Harness.Balancing;

/// <summary>One listener, one pool: what a test asks of any balancer. What only the engine can do, the others leave aside.</summary>
internal sealed record BalancerSettings
{
    public IReadOnlyList<BackendSetting> Backends { get; init; } = [];

    /// <summary>Backends of a second pool, "other", which no listener names; none for no such pool.</summary>
    public IReadOnlyList<BackendSetting> Others { get; init; } = [];

    /// <summary>Where to listen; port 0 takes a free one.</summary>
    public string Bind { get; init; } = "127.0.0.1:0";

    public MissingAddressBehaviour BindMissing { get; init; }

    public ListenerProtocol Protocol { get; init; } = ListenerProtocol.Tcp;

    /// <summary>Adds a listener of the other protocol at the same address; <see cref="Bind"/> must then name the port.</summary>
    public bool BothProtocols { get; init; }

    public TimeSpan? UnansweredTimeout { get; init; }

    public int? Requests { get; init; }

    public int? Responses { get; init; }

    public int? MaxReplyRatio { get; init; }

    /// <summary>In order unless said otherwise, so that tests know which backend is tried first.</summary>
    public string Scheduler { get; init; } = InOrderScheduler.Name;

    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(15);

    public TimeSpan HalfCloseTimeout { get; init; } = TimeSpan.FromMinutes(1);

    public TimeSpan InspectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    public int? MaxInspecting { get; init; }

    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    public int ConnectAttempts { get; init; } = 3;

    public TimeSpan ConnectRetry { get; init; }

    /// <summary>The header with which every client begins; null for none.</summary>
    public AcceptProxyOptions? AcceptProxy { get; init; }

    /// <summary>Which TLS clients go to pool "other".</summary>
    public IReadOnlyList<RouteOptions> Routes { get; init; } = [];

    public NoRouteBehaviour NoRoute { get; init; }

    /// <summary>The header that backends of either pool get first.</summary>
    public ProxyVersion SendProxy { get; init; }

    /// <summary>From where the backends of either pool are connected to.</summary>
    public IReadOnlyList<string> Source { get; init; } = [];

    public ClientAddressMode ClientAddress { get; init; }

    public int MaxConnections { get; init; }

    public int ListenerMaxConnections { get; init; }

    public int MaxConnectionsPerClient { get; init; }

    public IReadOnlyList<string> Allow { get; init; } = [];

    public IReadOnlyList<string> Deny { get; init; } = [];

    public RateOptions? Rate { get; init; }

    public FullBehaviour WhenFull { get; init; } = FullBehaviour.Hold;

    public KeepAliveOptions? KeepAlive { get; init; } = new();

    public int Reactors { get; init; }

    public DrainOptions Drain { get; init; } = new();

    public AffinityOptions? Affinity { get; init; }

    public HealthOptions? Health { get; init; }

    public PassiveHealthOptions? Passive { get; init; } = new();

    public TimeSpan SlowStart { get; init; }

    public AllDownBehaviour WhenAllDown { get; init; }

    public DownBehaviour OnDown { get; init; }

    public ResolveOptions Resolve { get; init; } = new();

    /// <summary>Who finds host names; null for the operating system.</summary>
    [JsonIgnore]
    public IHostResolver? Resolver { get; init; }

    /// <summary>Asked before a client is placed; null for nobody.</summary>
    public IConnectionFilter? Filter { get; init; }

    /// <summary>Where what the operator has set outlives the engine.</summary>
    public string? StateFile { get; init; }

    public static BalancerSettings For(params ReadOnlySpan<IPEndPoint> backends)
    {
        var list = new List<BackendSetting>();
        foreach (IPEndPoint backend in backends)
        {
            list.Add(new BackendSetting($"b{list.Count}", backend.ToString()));
        }

        return new BalancerSettings { Backends = list };
    }

    /// <summary>The same for UDP, with its usual time-outs.</summary>
    public static BalancerSettings ForDatagrams(params ReadOnlySpan<IPEndPoint> backends) =>
        For(backends) with { Protocol = ListenerProtocol.Udp, IdleTimeout = TimeSpan.FromMinutes(1) };

    /// <summary>The same in the engine's own words.</summary>
    public LoadBalancerOptions ToOptions(TransportKind transport)
    {
        var options = new LoadBalancerOptions { Transport = transport, Reactors = Reactors, MaxConnections = MaxConnections, Drain = Drain };
        options.Pools.Add("site", ToPool(Backends));
        if (Others.Count > 0)
        {
            options.Pools.Add("other", ToPool(Others));
        }

        options.Listeners.Add("web", ToListener(Protocol));
        if (BothProtocols)
        {
            options.Listeners.Add("other", ToListener(Protocol == ListenerProtocol.Tcp ? ListenerProtocol.Udp : ListenerProtocol.Tcp));
        }

        return options;
    }

    private BackendPoolOptions ToPool(IReadOnlyList<BackendSetting> backends)
    {
        var pool = new BackendPoolOptions
        {
            Scheduler = Scheduler,
            ConnectTimeout = ConnectTimeout,
            ConnectAttempts = ConnectAttempts,
            ConnectRetry = ConnectRetry,
            SendProxy = SendProxy,
            ClientAddress = ClientAddress,
            Affinity = Affinity,
            Health = Health,
            Passive = Passive,
            SlowStart = SlowStart,
            WhenAllDown = WhenAllDown,
            OnDown = OnDown,
            Resolve = Resolve,
        };
        foreach (string address in Source)
        {
            pool.Source.Add(address);
        }

        foreach (BackendSetting backend in backends)
        {
            pool.Backends.Add(
                backend.Name,
                new BackendOptions { Address = backend.Address, Weight = backend.Weight, MaxConnections = backend.MaxConnections });
        }

        return pool;
    }

    private ListenerOptions ToListener(ListenerProtocol protocol)
    {
        bool isTcp = protocol == ListenerProtocol.Tcp;
        var listener = new ListenerOptions
        {
            Bind = Bind,
            BindMissing = BindMissing,
            Protocol = protocol,
            Pool = "site",
            IdleTimeout = IdleTimeout,
            MaxConnections = ListenerMaxConnections,
            MaxConnectionsPerClient = MaxConnectionsPerClient,
            AcceptProxy = AcceptProxy,
            WhenFull = isTcp ? WhenFull : null,
            HalfCloseTimeout = isTcp ? HalfCloseTimeout : null,
            InspectTimeout = isTcp ? InspectTimeout : null,
            MaxInspecting = isTcp ? MaxInspecting : null,
            KeepAlive = isTcp ? KeepAlive : null,
            UnansweredTimeout = isTcp ? null : UnansweredTimeout,
            Requests = isTcp ? null : Requests,
            Responses = isTcp ? null : Responses,
            MaxReplyRatio = isTcp ? null : MaxReplyRatio,
            Rate = Rate,
            NoRoute = isTcp ? NoRoute : NoRouteBehaviour.Pool,
        };
        foreach (RouteOptions route in isTcp ? Routes : [])
        {
            listener.Routes.Add(route);
        }

        foreach (string network in Allow)
        {
            listener.Allow.Add(network);
        }

        foreach (string network in Deny)
        {
            listener.Deny.Add(network);
        }

        return listener;
    }
}
