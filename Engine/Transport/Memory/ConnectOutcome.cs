// SPDX-License-Identifier: MIT
namespace LbEngine.Testing;

/// <summary>What a connect met.</summary>
internal enum ConnectOutcome : byte
{
    /// <summary>The link is there.</summary>
    Connected,

    /// <summary>Nothing listens at the address.</summary>
    Refused,

    /// <summary>The network knows no way to the address.</summary>
    Unreachable,

    /// <summary>No answer so far; there may be one later.</summary>
    Waiting,
}
