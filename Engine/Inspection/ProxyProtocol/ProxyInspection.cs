// SPDX-License-Identifier: MIT
using LbEngine.Lifecycle;
using LbEngine.Tables;

namespace LbEngine.Inspection.ProxyProtocol;

/// <summary>Takes the header that every client of a listener must send first, and shows what follows it to another inspection, where there is one.</summary>
/// <remarks>
/// A header is never guessed: who may tell, tells it, and everybody else is turned away, or is nobody but himself. So no client can claim to be
/// another, and none that happens to begin like a header is taken for one.
/// </remarks>
/// <param name="trusted">Whose headers are believed.</param>
/// <param name="ignoresOthers">True: others send a header, too, which is skipped. False: they are turned away.</param>
/// <param name="next">Reads what follows; null for nothing.</param>
internal sealed class ProxyInspection(NetworkSet trusted, bool ignoresOthers, IInspection? next = null) : IInspection
{
    public int MaxBytes => ProxyHeaderReader.MostBytes + (next?.MaxBytes ?? 0);

    public RejectReason Meet(EndPointKey peer) => ignoresOthers || trusted.Contains(peer.Address) ? RejectReason.None : RejectReason.UntrustedProxy;

    public InspectionResult Inspect(ReadOnlySpan<byte> bytes, EndPointKey peer)
    {
        switch (ProxyHeaderReader.Read(bytes, out ProxyHeader header))
        {
            case ProxyReading.NeedsMore:
                return InspectionResult.NeedsMore;
            case ProxyReading.Malformed:
                return InspectionResult.Reject(RejectReason.BadProxyHeader);
        }

        bool isBelieved = header.Source is not null && trusted.Contains(peer.Address);
        EndPointKey? client = isBelieved ? header.Source : null;
        InspectionResult behind = InspectBehind(bytes[header.Length..], client ?? peer);
        return behind with
        {
            Client = behind.Client ?? client,
            Destination = isBelieved ? header.Destination : null,
            BytesToSkip = header.Length + behind.BytesToSkip,
        };
    }

    /// <summary>An inspection is never asked about nothing.</summary>
    private InspectionResult InspectBehind(ReadOnlySpan<byte> bytes, EndPointKey client) =>
        next is null ? InspectionResult.Choose()
        : bytes.IsEmpty ? InspectionResult.NeedsMore
        : next.Inspect(bytes, client);
}
