// SPDX-License-Identifier: MIT
namespace LbEngine.Backends;

/// <summary>What decides whether a backend takes clients, at one moment.</summary>
/// <param name="OperatorState">What the operator wants of it.</param>
/// <param name="HealthState">What probes found out.</param>
/// <param name="IsEjected">True while it is left out because its traffic failed, whatever probes say.</param>
/// <param name="Weight">Its share of new traffic, 0 to 65535.</param>
public readonly record struct BackendState(OperatorState OperatorState, HealthState HealthState, bool IsEjected, int Weight);
