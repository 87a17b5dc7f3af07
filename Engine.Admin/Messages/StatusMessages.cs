// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Observability;

namespace LbEngine.Admin.Messages;

/// <summary>Turns what the engine counts into messages.</summary>
internal static class StatusMessages
{
    /// <summary>The state of a backend that was removed.</summary>
    public const string Removed = "removed";

    public static StatusMessage From(LoadBalancerStatus status, LoadBalancerOptions configuration, ConfigurationOrigin? origin = null) => new(
        Word(status.State),
        status.Transport,
        status.Capacity,
        status.ActiveConnections,
        [.. status.Listeners.Select(From)],
        [.. status.Pools.Select(pool => From(pool, configuration))],
        Names(status.Closed),
        Names(status.Rejected),
        Names(status.Dropped))
    {
        Version = status.Version,
        UptimeSeconds = Seconds(status.Uptime),
        RatesOverSeconds = Seconds(status.RateWindow),
        Configuration = new ConfigurationMessage(Seconds(status.ConfigurationAge), origin?.File, origin is null ? null : Word(origin.State)),
    };

    /// <summary>The same as one message.</summary>
    public static BackendListMessage BackendList(LoadBalancerStatus status, string? pool) => new(Backends(status, pool), Names(status, pool))
    {
        PredecessorRuns = status.PredecessorRuns,
        RatesOverSeconds = Seconds(status.RateWindow),
    };

    /// <summary>The backends of one pool, or of all; then those that were removed and still have connections.</summary>
    public static IReadOnlyList<BackendMessage> Backends(LoadBalancerStatus status, string? pool) =>
    [
        .. status.Pools.Where(one => pool is null || one.Name == pool).SelectMany(one => one.Backends.Select(backend => From(one.Name, backend))),
        .. status.LeavingBackends
            .Where(one => pool is null || one.Pool == pool)
            .OrderBy(one => one.Pool, StringComparer.Ordinal)
            .ThenBy(one => one.Backend.Name, StringComparer.Ordinal)
            .Select(one => From(one.Pool, one.Backend) with { State = Removed, Weight = 0 }),
    ];

    /// <summary>The host names of one pool, or of all.</summary>
    public static IReadOnlyList<NameMessage> Names(LoadBalancerStatus status, string? pool) =>
        [.. status.Pools.Where(one => pool is null || one.Name == pool).SelectMany(one => one.Names.Select(name => From(one, name)))];

    public static ConnectionMessage From(ConnectionStatus connection) => new(
        connection.Id,
        connection.Client.ToString(),
        Word(connection.Protocol),
        connection.Listener,
        connection.Pool,
        connection.Backend,
        Word(connection.Phase),
        Seconds(connection.Age),
        Seconds(connection.IdleTime),
        connection.BytesToBackend,
        connection.BytesToClient)
    {
        Peer = connection.Peer?.ToString(),
        BytesToBackendPerSecond = Math.Round(connection.BytesToBackendPerSecond, 3),
        BytesToClientPerSecond = Math.Round(connection.BytesToClientPerSecond, 3),
    };

    public static AffinityMessage From(AffinityStatus entry) => new(
        entry.Client.ToString(),
        entry.Pool,
        entry.Backend,
        entry.Connections,
        entry.ExpiresIn is TimeSpan time ? Seconds(time) : null);

    private static ListenerMessage From(ListenerStatus listener) => new(
        listener.Name,
        Word(listener.Protocol),
        listener.Place,
        listener.Pool,
        listener.ActiveConnections,
        listener.AcceptedConnections,
        listener.RejectedConnections,
        listener.Datagrams is DatagramStatus datagrams
            ? new DatagramMessage(datagrams.ToBackends, datagrams.BytesToBackends, datagrams.ToClients, datagrams.BytesToClients, datagrams.Dropped)
            : null)
    {
        RoutePools = listener.RoutePools is { Count: > 0 } ? listener.RoutePools : null,
        State = listener.IsRemoving ? "removing" : "accepting",
        MaxConnections = listener.MaxConnections,
        HeldConnections = listener.HeldConnections,
        InspectingConnections = listener.InspectingConnections,
        Traffic = From(listener.Traffic),
    };

    /// <summary>A reload between status and configuration may have taken the pool out of the latter.</summary>
    private static PoolMessage From(BackendPoolStatus pool, LoadBalancerOptions configuration) => new(
        pool.Name,
        pool.Scheduler,
        pool.Backends.Count,
        pool.Backends.Count(IsUsable),
        pool.Backends.Sum(backend => backend.ActiveConnections),
        pool.AffinityEntries,
        pool.IsFailingOpen,
        configuration.Pools.TryGetValue(pool.Name, out BackendPoolOptions? options) ? Seconds(options.ConnectTimeout) : 0,
        options?.Health is HealthOptions health ? From(health) : null)
    {
        SendProxy = options is { SendProxy: not ProxyVersion.Off } ? Word(options.SendProxy) : null,
        ClientAddress = options is { ClientAddress: not ClientAddressMode.Balancer } ? Word(options.ClientAddress) : null,
        Source = options is { Source.Count: > 0 } ? [.. options.Source] : null,
    };

    private static HealthCheckMessage From(HealthOptions health) => new(
        Word(health.Type),
        Seconds(health.Interval),
        Seconds(health.Timeout),
        health.Rise,
        health.Fall,
        health.Port,
        health.Send,
        health.Expect,
        health.Method,
        health.Path,
        health.Host,
        health.ExpectStatus,
        health.ExpectBody,
        health.Tls,
        health.VerifyTls)
    {
        Proxy = health.Proxy is HealthProxyHeader header ? Word(header) : null,
    };

    private static ProbeMessage From(ProbeStatus probe) => new(Word(probe.Cause), probe.Result, Seconds(probe.Age), Seconds(probe.Duration));

    private static NameMessage From(BackendPoolStatus pool, NameStatus name) => new(
        pool.Name,
        name.Backend,
        name.HostName,
        name.Port,
        [.. name.Addresses.Select(address => address.ToString())],
        name.SinceResolved is TimeSpan time ? Seconds(time) : null,
        name.Failure);

    private static BackendMessage From(string pool, BackendStatus backend) => new(
        pool,
        backend.Name,
        backend.EndPoint.ToString(),
        Word(backend.OperatorState),
        Word(backend.HealthState),
        backend.IsEjected,
        backend.Weight,
        backend.ActiveConnections,
        backend.TotalConnections,
        backend.ConnectFailures,
        backend.Resets,
        backend.SlowStartPercent,
        backend.LastProbe is ProbeStatus probe ? From(probe) : null)
    {
        IsChecked = backend.IsChecked,
        Traffic = From(backend.Traffic),
        SourceFailures = backend.SourceFailures,
    };

    private static TrafficMessage From(TrafficStatus traffic) => new(
        traffic.BytesToBackend,
        traffic.BytesToClient,
        traffic.ConnectionsPerSecond,
        traffic.BytesToBackendPerSecond,
        traffic.BytesToClientPerSecond);

    private static bool IsUsable(BackendStatus backend) =>
        backend is { OperatorState: OperatorState.Ready, HealthState: not HealthState.Down, IsEjected: false, Weight: > 0 };

    private static Dictionary<string, long> Names<T>(IReadOnlyDictionary<T, long> counts)
        where T : struct, Enum => counts.Where(count => count.Value > 0).ToDictionary(count => count.Key.ToString(), count => count.Value);

    public static string Word<T>(T value)
        where T : struct, Enum
    {
        string name = value.ToString();
        return char.ToLowerInvariant(name[0]) + name[1..];
    }

    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 3);
}
