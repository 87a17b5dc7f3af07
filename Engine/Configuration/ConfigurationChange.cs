// SPDX-License-Identifier: MIT
namespace LbEngine.Configuration;

/// <summary>One difference between two configurations.</summary>
/// <param name="Kind">Added, removed or changed.</param>
/// <param name="Path">Where, such as <c>pools.site.backends.a.weight</c>.</param>
/// <param name="Before">The value until now; empty when added.</param>
/// <param name="After">The value from now on; empty when removed.</param>
/// <param name="Connections">Live connections and flows that it concerns: those of the listener, pool or backend that the path names.</param>
public sealed record ConfigurationChange(
    ConfigurationChangeKind Kind,
    string Path,
    string Before,
    string After,
    int Connections);
