// SPDX-License-Identifier: MIT
using LbEngine.Inspection.ProxyProtocol;

namespace LbEngine.Tests.Inspection.ProxyProtocol;

/// <summary>Section 2.1 of the specification, sentence by sentence.</summary>
public sealed class ProxyTextReaderTests
{
    // The longest line that its text lets anybody make.
    private const string Longest =
        "PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535";

    [Theory]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.7 56324 443", "192.0.2.1:56324", "198.51.100.7:443")]
    [InlineData("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535", "255.255.255.255:65535", "255.255.255.255:65535")]
    [InlineData("PROXY TCP4 0.0.0.0 0.0.0.0 0 0", "0.0.0.0:0", "0.0.0.0:0")]
    [InlineData("PROXY TCP6 2001:db8::1 2001:db8::7 56324 443", "[2001:db8::1]:56324", "[2001:db8::7]:443")]
    [InlineData("PROXY TCP6 :: ::1 1 2", "[::]:1", "[::1]:2")]
    [InlineData("PROXY TCP6 2001:DB8:0:0:0:0:0:A fe80:: 1 2", "[2001:db8::a]:1", "[fe80::]:2")]
    [InlineData("PROXY TCP6 ::ffff:192.0.2.1 64:ff9b::192.0.2.33 1 2", "192.0.2.1:1", "[64:ff9b::c000:221]:2")]
    [InlineData("PROXY TCP6 1:2:3:4:5:6:7:: ::1 1 2", "[1:2:3:4:5:6:7:0]:1", "[::1]:2")]
    [InlineData(Longest, "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535", "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535")]
    public void Read_AddressesOfAFamily_TellsBoth(string line, string source, string destination)
    {
        (ProxyReading reading, ProxyHeader header) = Headers.Read(Headers.Text(line));

        Assert.Equal(ProxyReading.Whole, reading);
        Assert.Equal(new ProxyHeader(line.Length + 2, Headers.Key(source), Headers.Key(destination)), header);
    }

    [Theory]
    [InlineData("PROXY UNKNOWN")]
    [InlineData("PROXY UNKNOWN ")]
    [InlineData("PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535")]
    [InlineData("PROXY UNKNOWN whatever it is, up to the end of the line")]
    public void Read_Unknown_IsTakenAndTellsNothing(string line) =>
        Assert.Equal((ProxyReading.Whole, new ProxyHeader(line.Length + 2)), Headers.Read(Headers.Text(line)));

    [Theory]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.7 56324")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.7 56324 443 ")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.7 56324 443 9")]
    [InlineData("PROXY TCP4  192.0.2.1 198.51.100.7 56324 443")]
    [InlineData("PROXY  TCP4 192.0.2.1 198.51.100.7 56324 443")]
    [InlineData("PROXY TCP4\t192.0.2.1 198.51.100.7 56324 443")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.7 65536 443")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.7 056 443")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.7 -1 443")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.7 +1 443")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.7 4294967297 443")]
    [InlineData("PROXY TCP4 192.0.2.01 198.51.100.7 56324 443")]
    [InlineData("PROXY TCP4 192.0.2.256 198.51.100.7 56324 443")]
    [InlineData("PROXY TCP4 192.0.2 198.51.100.7 56324 443")]
    [InlineData("PROXY TCP4 192.0.2.1.5 198.51.100.7 56324 443")]
    [InlineData("PROXY TCP4 2001:db8::1 2001:db8::7 56324 443")]
    [InlineData("PROXY TCP6 192.0.2.1 198.51.100.7 56324 443")]
    [InlineData("PROXY TCP6 2001:db8::1::2 ::1 1 2")]
    [InlineData("PROXY TCP6 1:2:3:4:5:6:7 ::1 1 2")]
    [InlineData("PROXY TCP6 1:2:3:4:5:6:7:8:9 ::1 1 2")]
    [InlineData("PROXY TCP6 1:2:3:4:5:6:7:8:: ::1 1 2")]
    [InlineData("PROXY TCP6 12345:: ::1 1 2")]
    [InlineData("PROXY TCP6 ::1%eth0 ::1 1 2")]
    [InlineData("PROXY TCP6 [::1] ::1 1 2")]
    [InlineData("PROXY TCP6 ::1: ::1 1 2")]
    [InlineData("PROXY TCP6 :::1 ::1 1 2")]
    [InlineData("PROXY TCP6 :1::1 ::1 1 2")]
    [InlineData("PROXY TCP6 ::1.2.3.4:5 ::1 1 2")]
    [InlineData("PROXY TCP6 1:2:3:4:5:6:7:1.2.3.4 ::1 1 2")]
    [InlineData("PROXY UDP4 192.0.2.1 198.51.100.7 1 2")]
    [InlineData("PROXY TCP 192.0.2.1 198.51.100.7 1 2")]
    [InlineData("PROXY tcp4 192.0.2.1 198.51.100.7 1 2")]
    [InlineData("PROXY UNKNOWNS")]
    [InlineData("PROXY ")]
    [InlineData("PROXY UNKNOWN\nUNKNOWN")]
    [InlineData("PROXY UNKNOWN\rUNKNOWN")]
    [InlineData("PROXY TCP4 192.0.2.1\0 198.51.100.7 1 2")]
    public void Read_AnythingElse_IsMalformed(string line) =>
        Assert.Equal(ProxyReading.Malformed, Headers.Read(Headers.Text(line)).Reading);

    [Fact]
    public void Read_NoEndWithinTheLongestLine_IsMalformedWithoutWaitingForOne()
    {
        byte[] endless = [.. "PROXY "u8, .. Enumerable.Repeat((byte)'x', 1_000_000)];

        Assert.Equal(ProxyReading.NeedsMore, Headers.Read(endless.AsSpan(0, 105)).Reading);
        Assert.Equal(ProxyReading.Malformed, Headers.Read(endless.AsSpan(0, 106)).Reading);
        Assert.Equal(ProxyReading.Malformed, Headers.Read(endless).Reading);
    }

    [Fact]
    public void Read_EndAtTheVeryLastByte_IsTakenAndOneLaterIsNot()
    {
        byte[] last = Headers.Text("PROXY UNKNOWN ".PadRight(105, 'x'));
        byte[] tooLate = Headers.Text("PROXY UNKNOWN ".PadRight(106, 'x'));

        Assert.Equal((107, ProxyReading.Whole), (last.Length, Headers.Read(last).Reading));
        Assert.Equal(ProxyReading.Malformed, Headers.Read(tooLate).Reading);
    }
}
