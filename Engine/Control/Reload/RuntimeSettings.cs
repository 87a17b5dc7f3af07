// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Admission;
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Configuration.Text;
using LbEngine.Connections;
using LbEngine.Inspection;
using LbEngine.Inspection.ProxyProtocol;
using LbEngine.Inspection.Tls;
using LbEngine.Lifecycle;
using LbEngine.Tables;

namespace LbEngine.Control.Reload;

/// <summary>Turns checked options into what run-time objects go by.</summary>
internal static class RuntimeSettings
{
    public static Listener CreateListener(ushort id, string name, ListenerOptions options, IReadOnlyDictionary<string, BackendPool> pools, AccessList? access)
    {
        BindAddress bind = BindAddress.Parse(options.Bind);
        var listener = new Listener
        {
            Id = id,
            Name = name,
            Bind = bind.EndPoint,
            IsEverywhere = bind.IsEverywhere,
            Pool = pools[options.Pool],
            MayMissAddress = options.BindMissing == MissingAddressBehaviour.Allow,
            IsDatagram = options.Protocol == ListenerProtocol.Udp,
            HoldsWhenFull = options.WhenFull != FullBehaviour.Refuse,
        };
        Update(listener, name, options, pools, access);
        return listener;
    }

    /// <summary>Changes what can change while a listener is open.</summary>
    public static void Update(Listener listener, string name, ListenerOptions options, IReadOnlyDictionary<string, BackendPool> pools, AccessList? access)
    {
        listener.Name = name;
        listener.Pool = pools[options.Pool];
        listener.RoutePools = [.. options.PoolNames.Skip(1).Select(other => pools[other])];
        listener.MaxConnections = Unlimited(options.MaxConnections);
        listener.MaxConnectionsPerClient = options.MaxConnectionsPerClient;
        listener.ClientPrefixV4 = options.ClientPrefixV4;
        listener.ClientPrefixV6 = options.ClientPrefixV6;
        listener.Access = access;
        listener.Rate = options.Rate is RateOptions rate ? CreateRate(rate) : null;
        listener.IdleTimeoutMilliseconds = IsNever(options) ? Listener.NeverIdle : Milliseconds(options.IdleTimeoutOrDefault);
        listener.HalfCloseTimeoutMilliseconds = Milliseconds(options.HalfCloseTimeoutOrDefault);
        listener.Inspection = CreateInspection(options, pools);
        listener.InspectTimeoutMilliseconds = Milliseconds(options.InspectTimeoutOrDefault);
        listener.MaxInspecting = options.MaxInspecting ?? 0;
        listener.Flows = new FlowRules(
            options.Requests ?? 0,
            options.Responses ?? 0,
            options.MaxReplyRatio ?? 0,
            IsNever(options) ? int.MaxValue : Milliseconds(options.IdleTimeoutOrDefault),
            Milliseconds(options.UnansweredTimeoutOrDefault),
            IsOneWay: options.Responses == 0);
        listener.KeepAlive = options.KeepAlive is KeepAliveOptions keepAlive
            ? new KeepAlive((int)keepAlive.Idle.TotalSeconds, (int)keepAlive.Interval.TotalSeconds, keepAlive.Probes)
            : KeepAlive.Off;
    }

    /// <summary>Changes what can change of a pool besides its backends and its scheduler.</summary>
    public static void Update(BackendPool pool, BackendPoolOptions options)
    {
        pool.ConnectTimeoutMilliseconds = Milliseconds(options.ConnectTimeout);
        pool.ConnectAttempts = options.ConnectAttempts;
        pool.ConnectRetryMilliseconds = Milliseconds(options.ConnectRetry);
        pool.SendProxy = options.SendProxy;
        pool.HeaderFields = CreateFields(options.ProxyTlvs);
        SourceAddresses sources = CreateSources(options);
        pool.Sources = sources.ToString() == pool.Sources.ToString() ? pool.Sources : sources;
        pool.RefusesWhenAllDown = options.WhenAllDown == AllDownBehaviour.Refuse;
        pool.ResetsWhenDown = options.OnDown == DownBehaviour.Reset;
        pool.SlowStartMilliseconds = Milliseconds(options.SlowStart);
    }

    private static SentFields CreateFields(IEnumerable<string> words) => words.Aggregate(SentFields.None, static (fields, word) => fields | word switch
    {
        ProxyFieldText.Authority => SentFields.Authority,
        ProxyFieldText.Alpn => SentFields.Alpn,
        ProxyFieldText.Ssl => SentFields.Ssl,
        ProxyFieldText.UniqueId => SentFields.UniqueId,
        ProxyFieldText.Checksum => SentFields.Checksum,
        _ => SentFields.Other,
    });

    private static SourceAddresses CreateSources(BackendPoolOptions options) =>
        options.ClientAddress == ClientAddressMode.Transparent ? SourceAddresses.Client
        : options.Source.Count == 0 ? SourceAddresses.Any
        : new SourceAddresses(options.Source.Select(SourceAddressText.Parse));

    public static BackendDefinition Define(string name, BackendOptions options) =>
        new(name, IPEndPoint.Parse(options.Address), options.Weight, Unlimited(options.MaxConnections));

    public static PoolAffinity? CreateAffinity(AffinityOptions? options) => options is null
        ? null
        : new PoolAffinity(new AffinityTable(options.MaxEntries, Milliseconds(options.Timeout)), options.PrefixV4, options.PrefixV6);

    /// <summary>What reads the first bytes of each client; null for nothing.</summary>
    private static IInspection? CreateInspection(ListenerOptions options, IReadOnlyDictionary<string, BackendPool> pools)
    {
        ProxyInspection? who = options.AcceptProxy is AcceptProxyOptions accept
            ? new ProxyInspection(new NetworkSet(accept.Trusted.Select(NetworkText.Parse)), accept.Untrusted == UntrustedProxyBehaviour.Ignore)
            : null;
        TlsInspection? where = options.Routes.Count > 0
            ? new TlsInspection(
                new TlsRouteTable([.. options.Routes.Select(static route => new TlsRoute([.. route.Sni.Select(ServerNameText.Normalize)], [.. route.Alpn]))]),
                [.. options.Routes.Select(route => pools[route.Pool])],
                options.NoRoute == NoRouteBehaviour.Refuse)
            : null;
        return who is not null && where is not null ? new ChainedInspection(who, where) : (IInspection?)who ?? where;
    }

    public static int Unlimited(int limit) => limit == 0 ? int.MaxValue : limit;

    private static RateRules CreateRate(RateOptions rate) => new(
        CreateRate(rate.PerClient, rate.BurstOrDefault),
        rate.PrefixV4,
        rate.PrefixV6,
        CreateRate(rate.Total, rate.TotalBurstOrDefault),
        rate.OverOrDefault == OverRateBehaviour.Drop);

    private static RateRule CreateRate(string text, int burst) =>
        RateText.TryParse(text, out int count, out TimeSpan per, out _) ? RateRule.Of(count, per, burst) : default;

    private static bool IsNever(ListenerOptions options) => options.IdleTimeoutOrDefault == Timeout.InfiniteTimeSpan;

    private static int Milliseconds(TimeSpan time) => (int)time.TotalMilliseconds;
}
