// SPDX-License-Identifier: MIT
using LbEngine.Inspection.ProxyProtocol;
using LbEngine.Lifecycle;
using LbEngine.Tables;

namespace LbEngine.Inspection;

/// <summary>Reads what clients of a listener send first, and decides from it who a client really is and where it goes.</summary>
/// <remarks>
/// Pure: it gets every byte that has come so far, each time from the first one on, and the same bytes always give the same answer. So it
/// may be shared by all clients of a listener, and be replaced while some of them are inspected. Any thread.
/// </remarks>
internal interface IInspection
{
    /// <summary>
    /// More bytes than this it never needs, 1 to <see cref="InspectionResult.MostBytes"/>: a client that has sent as many and is not
    /// decided is refused.
    /// </summary>
    int MaxBytes { get; }

    /// <summary>
    /// False when a client is always who has connected: then access list and rate judge it on arrival, and not only once its first bytes have come.
    /// </summary>
    bool NamesClient => true;

    /// <summary>Judges who has connected, before it has sent anything: why it is to be turned away, or <see cref="RejectReason.None"/>.</summary>
    /// <param name="peer">Who has connected, as the transport sees it.</param>
    RejectReason Meet(EndPointKey peer) => RejectReason.None;

    /// <summary>Judges what has come so far, at least one byte; part of it may belong to the stream behind.</summary>
    /// <param name="bytes">From the client's first byte on.</param>
    /// <param name="peer">Who has connected, as the transport sees it.</param>
    InspectionResult Inspect(ReadOnlySpan<byte> bytes, EndPointKey peer);

    /// <summary>Adds what the bytes have told besides, once <see cref="Inspect"/> has chosen by them.</summary>
    /// <param name="bytes">From the client's first byte on.</param>
    /// <param name="peer">Who has connected, as the transport sees it.</param>
    /// <param name="fields">Takes what a backend is to hear, and leaves out the rest.</param>
    void Describe(ReadOnlySpan<byte> bytes, EndPointKey peer, ref FieldList fields)
    {
    }
}
