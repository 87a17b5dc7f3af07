// SPDX-License-Identifier: MIT
using LbEngine.Inspection.ProxyProtocol;
using LbEngine.Lifecycle;
using LbEngine.Tables;

namespace LbEngine.Inspection;

/// <summary>Two inspections of one client: the second one sees what the first has left of the stream.</summary>
/// <param name="first">Says who the client is, and how many bytes of the front are no part of its stream.</param>
/// <param name="second">Says where it goes.</param>
internal sealed class ChainedInspection(IInspection first, IInspection second) : IInspection
{
    public int MaxBytes => first.MaxBytes + second.MaxBytes;

    public bool NamesClient => first.NamesClient;

    public RejectReason Meet(EndPointKey peer) => first.Meet(peer);

    public InspectionResult Inspect(ReadOnlySpan<byte> bytes, EndPointKey peer)
    {
        InspectionResult who = first.Inspect(bytes, peer);
        if (who.Outcome != InspectionOutcome.Chosen)
        {
            return who;
        }

        ReadOnlySpan<byte> stream = bytes[who.BytesToSkip..];
        if (stream.IsEmpty)
        {
            return InspectionResult.NeedsMore;
        }

        InspectionResult where = second.Inspect(stream, who.Client ?? peer);
        return where.Outcome == InspectionOutcome.Chosen
            ? where with { Client = who.Client, Destination = who.Destination, BytesToSkip = who.BytesToSkip + where.BytesToSkip }
            : where;
    }

    /// <summary>The client's own hello comes first: it says what the stream has, whatever somebody in front has taken it for.</summary>
    public void Describe(ReadOnlySpan<byte> bytes, EndPointKey peer, ref FieldList fields)
    {
        InspectionResult who = first.Inspect(bytes, peer);
        if (who.Outcome == InspectionOutcome.Chosen)
        {
            second.Describe(bytes[who.BytesToSkip..], who.Client ?? peer, ref fields);
            first.Describe(bytes[..who.BytesToSkip], peer, ref fields);
        }
    }
}
