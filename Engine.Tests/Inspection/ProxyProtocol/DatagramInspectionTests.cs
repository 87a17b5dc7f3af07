// SPDX-License-Identifier: MIT
using LbEngine.Inspection;
using LbEngine.Inspection.ProxyProtocol;
using LbEngine.Lifecycle;
using LbEngine.Tables;

namespace LbEngine.Tests.Inspection.ProxyProtocol;

/// <summary>One datagram is one header and what is behind it, or nothing.</summary>
public sealed class DatagramInspectionTests
{
    private static readonly NetworkSet Trusted = new([System.Net.IPNetwork.Parse("10.0.0.0/8")]);

    [Theory]
    [InlineData("10.0.0.9:53", false, true, RejectReason.None, true)] // a header of one who may tell is believed
    [InlineData("10.0.0.9:53", false, false, RejectReason.BadProxyHeader, false)] // without one he is nobody
    [InlineData("192.0.2.9:53", false, true, RejectReason.UntrustedProxy, false)] // others may not tell
    [InlineData("192.0.2.9:53", false, false, RejectReason.UntrustedProxy, false)] // nor send anything else
    [InlineData("192.0.2.9:53", true, true, RejectReason.None, false)] // unless they are ignored: the header is skipped
    [InlineData("192.0.2.9:53", true, false, RejectReason.BadProxyHeader, false)] // and required
    public void InspectDatagram_SenderAndHeader_DecideAlone(string peer, bool ignoresOthers, bool hasHeader, RejectReason reason, bool isBelieved)
    {
        byte[] header = Headers.Binary(0x21, 0x12, Headers.Addresses(Headers.Source, Headers.Destination));
        byte[] datagram = hasHeader ? [.. header, .. "payload"u8] : "payload"u8.ToArray();

        InspectionResult result = new ProxyInspection(Trusted, ignoresOthers).InspectDatagram(datagram, Headers.Key(peer));

        Assert.Equal(reason, result.Reason);
        Assert.Equal(reason == RejectReason.None ? header.Length : 0, result.BytesToSkip);
        Assert.Equal(isBelieved ? Headers.Key(Headers.Source) : null, result.Client);
        Assert.Equal(isBelieved ? Headers.Key(Headers.Destination) : null, result.Destination);
    }

    [Fact]
    public void InspectDatagram_EveryKindOfHeader_IsWholeOrNone()
    {
        var inspection = new ProxyInspection(Trusted, ignoresOthers: false);
        foreach (byte[] header in Headers.Whole)
        {
            bool isBinary = header[0] == Headers.Signature[0];
            for (int length = 0; length <= header.Length; length++)
            {
                InspectionResult result = inspection.InspectDatagram(header.AsSpan(0, length), Headers.Key("10.0.0.9:53"));

                bool isWhole = isBinary && length == header.Length;
                Assert.Equal(isWhole ? InspectionOutcome.Chosen : InspectionOutcome.Rejected, result.Outcome);
                Assert.Equal(isWhole ? RejectReason.None : RejectReason.BadProxyHeader, result.Reason);
            }

            Assert.Equal(
                isBinary ? header.Length : 0, inspection.InspectDatagram([.. header, .. header], Headers.Key("10.0.0.9:53")).BytesToSkip);
        }
    }
}
