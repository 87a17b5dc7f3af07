// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Lifecycle;
using LbEngine.Tables;

namespace LbEngine.Inspection;

/// <summary>What an <see cref="IInspection"/> says of the bytes that have come so far.</summary>
/// <param name="Outcome">How far it has come.</param>
/// <param name="Pool">Where a chosen client goes; null for the listener's own pool.</param>
/// <param name="Client">Who a chosen client really is; null for whom the transport sees.</param>
/// <param name="BytesToSkip">Bytes at the front that no backend gets, such as a header; all others go to the backend as they came.</param>
/// <param name="Destination">What the client has really connected to; null for the address at which it came in.</param>
/// <param name="Reason">Why a client is turned away; without meaning for others.</param>
internal readonly record struct InspectionResult(
    InspectionOutcome Outcome,
    BackendPool? Pool = null,
    EndPointKey? Client = null,
    int BytesToSkip = 0,
    EndPointKey? Destination = null,
    RejectReason Reason = RejectReason.None)
{
    /// <summary>The most that is ever held back for a client, whatever an inspection asks for: a long PROXY header, and a ClientHello behind it.</summary>
    public const int MostBytes = 24 * 1024;

    /// <summary>What a client hears before it is turned away, in few bytes; empty for nothing but a reset.</summary>
    public ReadOnlyMemory<byte> Farewell { get; init; }

    public static InspectionResult NeedsMore => default;

    public static InspectionResult Rejected => Reject(RejectReason.InspectionFailed);

    public static InspectionResult Reject(RejectReason reason) => new(InspectionOutcome.Rejected, Reason: reason);

    public static InspectionResult Choose(BackendPool? pool = null, EndPointKey? client = null, int bytesToSkip = 0) =>
        new(InspectionOutcome.Chosen, pool, client, bytesToSkip);
}
