// SPDX-License-Identifier: MIT
namespace LbEngine.Connections;

/// <summary>How a client stands with the inspection of its listener.</summary>
internal enum InspectionStanding : byte
{
    /// <summary>Nobody counts it as inspected.</summary>
    None,

    /// <summary>It is among the <see cref="InspectedClients"/>.</summary>
    Inspected,

    /// <summary>It was, and has gone of itself: placed, or ended.</summary>
    Left,

    /// <summary>It was, and had to go for another. Whatever it says now comes too late.</summary>
    CrowdedOut,
}
