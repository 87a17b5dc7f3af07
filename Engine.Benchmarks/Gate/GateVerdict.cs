// SPDX-License-Identifier: MIT
namespace LbEngine.Benchmarks.Gate;

/// <summary>What the gate says of a case. Public for theories of tests.</summary>
public enum GateVerdict
{
    Passed,

    /// <summary>Allocated where 0 B is promised.</summary>
    Allocates,

    /// <summary>The ratio to the baseline lies below the floor.</summary>
    Slower,
}
