// SPDX-License-Identifier: MIT
namespace LbEngine.Configuration;

/// <summary>How an engine that stops treats its live connections.</summary>
public sealed class DrainOptions
{
    /// <summary>How long clients are still taken after the engine was asked to stop, 0 to 1 hour. Default 0 s.</summary>
    /// <remarks>Meanwhile the status says that it drains, so that whoever is in front (DNS, VRRP, another balancer) takes it out before it refuses
    /// anybody.</remarks>
    public TimeSpan Delay { get; set; }

    /// <summary>How long live connections may take to end by themselves, 0 to 24 hours. Default 300 s.</summary>
    /// <remarks>0 closes them at once. The host's own patience with a stopping service may be shorter.</remarks>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(300);

    /// <summary>What is left is then closed spread over this time, so that clients do not all come back at once, 0 to 1 hour. Default 30 s.</summary>
    public TimeSpan Spread { get; set; } = TimeSpan.FromSeconds(30);
}
