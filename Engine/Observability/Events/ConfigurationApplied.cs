// SPDX-License-Identifier: MIT
using LbEngine.Configuration;

namespace LbEngine.Observability.Events;

/// <summary>Another configuration is in force.</summary>
/// <param name="Changes">What is different; never empty.</param>
public sealed record ConfigurationApplied(IReadOnlyList<ConfigurationChange> Changes) : LoadBalancerEvent;
