// SPDX-License-Identifier: MIT
using LbEngine.Lifecycle;
using LbEngine.Tables;

namespace LbEngine.Inspection.ProxyProtocol;

/// <summary>Takes the header that every client of a listener must send first, over UDP in each datagram.</summary>
/// <remarks>
/// A header is never guessed: who may tell, tells it, and everybody else is turned away, or is nobody but himself. So no client can claim to be
/// another, and none that happens to begin like a header is taken for one.
/// </remarks>
/// <param name="trusted">Whose headers are believed.</param>
/// <param name="ignoresOthers">True: others send a header, too, which is skipped. False: they are turned away.</param>
internal sealed class ProxyInspection(NetworkSet trusted, bool ignoresOthers) : IInspection
{
    public int MaxBytes => ProxyHeaderReader.MostBytes;

    public RejectReason Meet(EndPointKey peer) => ignoresOthers || trusted.Contains(peer.Address) ? RejectReason.None : RejectReason.UntrustedProxy;

    public InspectionResult Inspect(ReadOnlySpan<byte> bytes, EndPointKey peer)
    {
        // A reload may have taken the peer's network away since it came.
        RejectReason unwelcome = Meet(peer);
        if (unwelcome != RejectReason.None)
        {
            return InspectionResult.Reject(unwelcome);
        }

        switch (ProxyHeaderReader.Read(bytes, out ProxyHeader header))
        {
            case ProxyReading.NeedsMore:
                return InspectionResult.NeedsMore;
            case ProxyReading.Malformed:
                return InspectionResult.Reject(RejectReason.BadProxyHeader);
            default:
                return Believe(header, peer);
        }
    }

    public void Describe(ReadOnlySpan<byte> bytes, EndPointKey peer, ref FieldList fields)
    {
        if (trusted.Contains(peer.Address) && ProxyHeaderReader.Read(bytes, out ProxyHeader header) == ProxyReading.Whole)
        {
            foreach (ProxyField field in new ProxyFields(bytes[..header.Length]))
            {
                fields.Add(field.Type, bytes.Slice(field.ValueAt, field.Length));
            }
        }
    }

    /// <summary>Judges a datagram, which has its own header: of version 2, and whole.</summary>
    /// <param name="datagram">All of it. What is behind the header, if only nothing, is the client's.</param>
    /// <param name="peer">Who has sent it, as the transport sees it.</param>
    public InspectionResult InspectDatagram(ReadOnlySpan<byte> datagram, EndPointKey peer)
    {
        RejectReason unwelcome = Meet(peer);
        return unwelcome != RejectReason.None ? InspectionResult.Reject(unwelcome)
            : ProxyBinaryReader.Read(datagram, out ProxyHeader header) != ProxyReading.Whole ? InspectionResult.Reject(RejectReason.BadProxyHeader)
            : Believe(header, peer);
    }

    private InspectionResult Believe(in ProxyHeader header, EndPointKey peer)
    {
        InspectionResult chosen = InspectionResult.Choose(bytesToSkip: header.Length);
        return trusted.Contains(peer.Address) ? chosen with { Client = header.Source, Destination = header.Destination } : chosen;
    }
}
