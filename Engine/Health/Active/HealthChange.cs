// SPDX-License-Identifier: MIT
using LbEngine.Backends;

namespace LbEngine.Health.Active;

/// <summary>A backend has another state now.</summary>
/// <param name="Backend">Which.</param>
/// <param name="State">The new state.</param>
/// <param name="Result">Of the probe that decided.</param>
/// <param name="Failures">Failed probes in a row up to then.</param>
internal readonly record struct HealthChange(Backend Backend, HealthState State, ProbeResult Result, int Failures);
