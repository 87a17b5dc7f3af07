// SPDX-License-Identifier: MIT
namespace LbEngine.Inspection;

/// <summary>What the first bytes of a client have told.</summary>
internal enum InspectionOutcome : byte
{
    /// <summary>Not enough yet.</summary>
    NeedsMore,

    /// <summary>Where the client goes.</summary>
    Chosen,

    /// <summary>That it is to be turned away.</summary>
    Rejected,
}
