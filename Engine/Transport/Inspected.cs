// SPDX-License-Identifier: MIT
using LbEngine.Inspection;
using LbEngine.Lifecycle;

namespace LbEngine.Transport;

/// <summary>What a transport has to do with a client whose first bytes the forwarder has seen.</summary>
/// <param name="Outcome">Wait for more, skip and place, or turn away.</param>
/// <param name="BytesToSkip">Bytes at the front that no backend gets; at most as many as were shown.</param>
/// <param name="Reason">Why it is turned away.</param>
internal readonly record struct Inspected(InspectionOutcome Outcome, int BytesToSkip, RejectReason Reason)
{
    /// <summary>What a client hears before its connection is closed in order; empty: it is reset.</summary>
    public ReadOnlyMemory<byte> Farewell { get; private init; }

    public static Inspected NeedsMore => default;

    public static Inspected Chosen(int bytesToSkip) => new(InspectionOutcome.Chosen, bytesToSkip, RejectReason.None);

    public static Inspected Rejected(RejectReason reason, ReadOnlyMemory<byte> farewell = default) =>
        new(InspectionOutcome.Rejected, 0, reason) { Farewell = farewell };
}
