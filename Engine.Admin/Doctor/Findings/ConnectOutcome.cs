// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Doctor.Findings;

/// <summary>How an attempt to connect ended.</summary>
internal enum ConnectOutcome
{
    /// <summary>The connection is open.</summary>
    Opened,

    /// <summary>It opened and was reset before this program could see it open.</summary>
    Reset,

    /// <summary>RST, or ICMP port unreachable: the kernel does not tell which.</summary>
    Refused,

    /// <summary>Nothing came back.</summary>
    NoAnswer,

    /// <summary>No route, ICMP host or network unreachable, or nobody on the link has the address.</summary>
    Unreachable,

    /// <summary>This host could not try.</summary>
    NotTried,
}
