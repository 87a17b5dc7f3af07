// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Inspection.ProxyProtocol;
using LbEngine.Lifecycle;
using LbEngine.Tables;

namespace LbEngine.Inspection.Tls;

/// <summary>Chooses a pool by what a TLS client names; decrypts nothing, and takes nothing away from the stream.</summary>
/// <param name="table">Finds the route of a hello.</param>
/// <param name="pools">Of each route, in the order of the table.</param>
/// <param name="refusesOthers">True: a TLS client without a route is told so and turned away. False: it goes to the listener's own pool.</param>
internal sealed class TlsInspection(TlsRouteTable table, IReadOnlyList<BackendPool> pools, bool refusesOthers) : IInspection
{
    /// <summary>RFC 8446, section 6: a record of TLS 1.2 in name, as all of 1.3 are, with one fatal alert, unrecognized_name (RFC 6066, section 3).</summary>
    private static readonly byte[] UnrecognizedName = [21, 3, 3, 0, 2, 2, 112];

    public int MaxBytes => ClientHelloReader.MostBytes;

    public bool NamesClient => false;

    public InspectionResult Inspect(ReadOnlySpan<byte> bytes, EndPointKey peer)
    {
        Span<byte> name = stackalloc byte[ClientHelloReader.LongestName];
        switch (ClientHelloReader.Read(bytes, name, out ClientHello hello))
        {
            case HelloOutcome.NeedsMore when bytes.Length < MaxBytes:
                return InspectionResult.NeedsMore;
            case HelloOutcome.NotTls:
                return InspectionResult.Choose();
            case HelloOutcome.Read:
                int route = table.Find(hello);
                return route != TlsRouteTable.None ? InspectionResult.Choose(pools[route])
                    : refusesOthers ? InspectionResult.Reject(RejectReason.NoRoute) with { Farewell = UnrecognizedName }
                    : InspectionResult.Choose();
            default:
                return InspectionResult.Reject(RejectReason.BadClientHello);
        }
    }

    public void Describe(ReadOnlySpan<byte> bytes, EndPointKey peer, ref FieldList fields)
    {
        Span<byte> name = stackalloc byte[ClientHelloReader.LongestName];
        if (ClientHelloReader.Read(bytes, name, out ClientHello hello) == HelloOutcome.Read && !hello.Name.IsEmpty)
        {
            fields.Add(ProxyCode.Authority, hello.Name);
        }
    }
}
