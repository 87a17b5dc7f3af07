// SPDX-License-Identifier: MIT
using System.Net;
using System.Text.Json.Serialization;
using LbEngine.Backends;
using LbEngine.Configuration.Serialization;

namespace LbEngine.Observability;

/// <summary>One backend at one moment.</summary>
/// <param name="Name">Its name in the configuration; for an address of a host name that and the address, such as <c>a@10.0.0.1</c>.</param>
/// <param name="EndPoint">Where it is.</param>
/// <param name="Weight">Its share of new traffic, 0 to 65535.</param>
/// <param name="OperatorState">What the operator wants of it.</param>
/// <param name="HealthState">What probes found out.</param>
/// <param name="IsEjected">True while it is left out because its traffic failed (refused, unanswered, reset), whatever probes say.</param>
/// <param name="ActiveConnections">Connections, flows and leases that it holds now, counted from the pick.</param>
/// <param name="TotalConnections">Picks since the start, failed connects included.</param>
/// <param name="ConnectFailures">Connects that it refused or did not answer.</param>
/// <param name="Resets">Connections that it reset, and leases whose holder reported that it broke off.</param>
/// <param name="SlowStartPercent">How much of its share of new traffic it gets now: less than 100 only during a slow start.</param>
/// <param name="LastProbe">The last probe of its health; null before the first, or without health checks.</param>
public sealed record BackendStatus(
    string Name,
    [property: JsonConverter(typeof(IPEndPointJsonConverter))] IPEndPoint EndPoint,
    int Weight,
    OperatorState OperatorState,
    HealthState HealthState,
    bool IsEjected,
    int ActiveConnections,
    long TotalConnections,
    long ConnectFailures,
    long Resets,
    int SlowStartPercent,
    ProbeStatus? LastProbe)
{
    /// <summary>True when its pool has a health check; without one its <see cref="HealthState"/> stays <see cref="HealthState.Unknown"/>.</summary>
    public bool IsChecked { get; init; }

    /// <summary>
    /// Connects that one of the pool's source addresses could not make, since it had no port left or is not this host's. Another one may have made them.
    /// </summary>
    public long SourceFailures { get; init; }

    /// <summary>How much goes to it and comes from it.</summary>
    public TrafficStatus Traffic { get; init; } = TrafficStatus.None;
}
