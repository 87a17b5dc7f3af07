// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Messages;

/// <summary>One backend.</summary>
/// <param name="Pool">Its pool.</param>
/// <param name="Name">Its name there.</param>
/// <param name="Address">Address and port.</param>
/// <param name="State">What the operator wants of it: <c>ready</c>, <c>draining</c> or <c>maintenance</c>; <c>removed</c> for one that a reload has removed, or
/// given another address, while connections of it live on.</param>
/// <param name="Health"><c>unknown</c>, <c>up</c> or <c>down</c>.</param>
/// <param name="IsEjected">Left out because its traffic failed.</param>
/// <param name="Weight">Its share of new traffic, as configured or as the operator has set it.</param>
/// <param name="ActiveConnections">Live connections and flows.</param>
/// <param name="TotalConnections">Since the start.</param>
/// <param name="ConnectFailures">Of those, the ones that it did not accept.</param>
/// <param name="Resets">Of those, the ones that it reset.</param>
/// <param name="SlowStartPercent">How much of its share of new traffic it gets now: less than 100 only during a slow start.</param>
/// <param name="LastProbe">The last probe of its health; null before the first one, and without health checks.</param>
public sealed record BackendMessage(
    string Pool,
    string Name,
    string Address,
    string State,
    string Health,
    bool IsEjected,
    int Weight,
    int ActiveConnections,
    long TotalConnections,
    long ConnectFailures,
    long Resets,
    int SlowStartPercent,
    ProbeMessage? LastProbe)
{
    /// <summary>Its pool has a health check: without one <see cref="Health"/> stays <c>unknown</c>. Null from a balancer that does not say.</summary>
    public bool? IsChecked { get; init; }

    /// <summary>
    /// Connects that one of the pool's source addresses could not make, since it had no port left or is not that host's; null from a balancer that does
    /// not say.
    /// </summary>
    public long? SourceFailures { get; init; }

    /// <summary>How much goes to it and comes from it; null from a balancer that does not say.</summary>
    public TrafficMessage? Traffic { get; init; }
}
