// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Doctor.Findings;

/// <summary>What came back for a datagram.</summary>
internal enum DatagramOutcome
{
    Answered,

    /// <summary>ICMP port unreachable.</summary>
    Refused,

    /// <summary>ICMP host or network unreachable, or no route.</summary>
    Unreachable,

    Silent,

    /// <summary>This host could not send.</summary>
    NotTried,
}
