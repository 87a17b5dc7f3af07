// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Doctor.Findings;

/// <summary>What this host's link knows of an address.</summary>
internal enum NeighbourState
{
    /// <summary>It is not on this link, or was not asked for.</summary>
    Unknown,

    /// <summary>It answers ARP.</summary>
    Present,

    /// <summary>Nobody answers ARP for it.</summary>
    Absent,
}
