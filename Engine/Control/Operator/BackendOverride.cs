// SPDX-License-Identifier: MIT
using LbEngine.Backends;

namespace LbEngine.Control.Operator;

/// <summary>What the operator wants of one backend.</summary>
/// <param name="State">Ready, draining, or in maintenance.</param>
/// <param name="Weight">Instead of the configured weight; null to go by the configuration.</param>
internal readonly record struct BackendOverride(OperatorState State, int? Weight);
