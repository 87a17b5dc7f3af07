// SPDX-License-Identifier: MIT
using System.Globalization;
using LbEngine.Admin.Messages;

namespace LbEngine.Admin.Doctor;

/// <summary>What a running balancer says of a backend.</summary>
internal sealed record BalancerView(BackendMessage Backend)
{
    /// <summary>Why the balancer gives it no new traffic; null when it does.</summary>
    public string? TakesNoTraffic => Backend switch
    {
        { State: not "ready" } => $"the operator has set it to {Backend.State}",
        { Weight: 0 } => "its weight is 0",
        { IsEjected: true } => "the balancer has ejected it after failed connections",
        { Health: "down" } => "its health checks have failed",
        _ => null,
    };

    private string Health => Backend is { IsChecked: false, Health: "unknown" } ? "unchecked" : Backend.Health;

    /// <summary>Its last probe, state, health and counts.</summary>
    public IEnumerable<string> Describe()
    {
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"the balancer says: {Backend.State}, health {Health}{(Backend.IsEjected ? ", ejected" : "")}, weight {Backend.Weight}, "
            + $"{Backend.ActiveConnections} active of {Backend.TotalConnections} connections, "
            + $"{Backend.ConnectFailures} failed to connect, {Backend.Resets} reset");
        if (Backend.LastProbe is ProbeMessage probe)
        {
            string age = Figures.Time(TimeSpan.FromSeconds(probe.AgeSeconds));
            string duration = Figures.Time(TimeSpan.FromSeconds(probe.DurationSeconds));
            yield return $"its last probe, {age} ago, took {duration}: {Figures.Preview(probe.Result)}";
        }
    }
}
