// SPDX-License-Identifier: MIT
using LbEngine.Backends;

namespace LbEngine.Control.Operator;

/// <summary>What the operator has set for one backend. The default value is nothing.</summary>
/// <param name="State">Ready, draining, or in maintenance.</param>
/// <param name="Weight">Instead of the configured weight; null to go by the configuration.</param>
internal readonly record struct OperatorSetting(OperatorState State, int? Weight);
