// SPDX-License-Identifier: MIT
namespace LbEngine.Health.Active;

/// <summary>What a probe says of a backend.</summary>
internal enum ProbeVerdict : byte
{
    /// <summary>Nothing: this process stood still meanwhile, or could not probe.</summary>
    Unknown,

    Success,

    Failure,
}
