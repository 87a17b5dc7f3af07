// SPDX-License-Identifier: MIT
using LbEngine.Configuration;

namespace LbEngine.Observability.Events;

/// <summary>A change of the configuration was refused, and the one of before stays in force.</summary>
/// <param name="Mistakes">Every reason.</param>
public sealed record ConfigurationRefused(IReadOnlyList<ConfigurationError> Mistakes) : LoadBalancerEvent;
