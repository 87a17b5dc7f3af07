// SPDX-License-Identifier: MIT
using System.Net;
using System.Text;
using LbEngine.Inspection.ProxyProtocol;
using LbEngine.Tables;

namespace LbEngine.Tests.Inspection.ProxyProtocol;

/// <summary>What is written is what the specification shows, and what the readers read.</summary>
public sealed class ProxyHeaderWriterTests
{
    [Theory]
    [InlineData("192.0.2.1:56324", "198.51.100.7:443", "PROXY TCP4 192.0.2.1 198.51.100.7 56324 443")]
    [InlineData("255.255.255.255:65535", "255.255.255.255:65535", "PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535")]
    [InlineData("[2001:db8::1]:1", "[::1]:2", "PROXY TCP6 2001:db8::1 ::1 1 2")]
    [InlineData("[::]:1", "[1::]:2", "PROXY TCP6 :: 1:: 1 2")]
    [InlineData("[1:0:0:2:0:0:0:3]:1", "[1:0:2:3:4:5:6:7]:2", "PROXY TCP6 1:0:0:2::3 1:0:2:3:4:5:6:7 1 2")]
    [InlineData("192.0.2.1:1", "[2001:db8::7]:2", "PROXY TCP6 ::ffff:192.0.2.1 2001:db8::7 1 2")]
    public void WriteText_EachFamily_IsTheLineOfTheSpecification(string source, string destination, string expected)
    {
        var bytes = new byte[ProxyHeaderWriter.MostBytes];

        int length = ProxyHeaderWriter.WriteText(bytes, Headers.Key(source), Headers.Key(destination));

        Assert.Equal(expected + "\r\n", Encoding.ASCII.GetString(bytes, 0, length));
    }

    [Theory]
    [InlineData(false, 0x11)]
    [InlineData(true, 0x21)]
    public void WriteBinary_EachFamily_IsTheHeaderOfTheSpecification(bool isIPv6, byte family)
    {
        (string source, string destination) = isIPv6 ? (Headers.Source6, Headers.Destination6) : (Headers.Source, Headers.Destination);
        var bytes = new byte[ProxyHeaderWriter.MostBytes];

        int length = ProxyHeaderWriter.WriteBinary(bytes, Headers.Key(source), Headers.Key(destination));

        Assert.Equal(Headers.Binary(0x21, family, Headers.Addresses(source, destination)), bytes.AsSpan(0, length).ToArray());
    }

    [Fact]
    public void WriteLocalAndUnknown_AreReadAgainAndTellNothing()
    {
        var bytes = new byte[ProxyHeaderWriter.MostBytes];

        int local = ProxyHeaderWriter.WriteLocal(bytes);
        Assert.Equal((16, new ProxyHeader(16)), (local, Headers.Read(bytes.AsSpan(0, local)).Header));
        int unknown = ProxyHeaderWriter.WriteUnknown(bytes);
        Assert.Equal((15, new ProxyHeader(15)), (unknown, Headers.Read(bytes.AsSpan(0, unknown)).Header));
    }

    [Fact]
    public void Write_AnyAddresses_AreReadAgain()
    {
        var random = new Random(2017);
        var bytes = new byte[ProxyHeaderWriter.MostBytes];
        for (int round = 0; round < 20_000; round++)
        {
            EndPointKey source = Any(random);
            EndPointKey destination = Any(random);

            int text = ProxyHeaderWriter.WriteText(bytes, source, destination);
            Assert.Equal(new ProxyHeader(text, source, destination), Headers.Read(bytes.AsSpan(0, text)).Header);
            Assert.Equal(ReadByFramework(bytes.AsSpan(0, text)), (source, destination));

            int binary = ProxyHeaderWriter.WriteBinary(bytes, source, destination);
            ProxyHeader header = Headers.Read(bytes.AsSpan(0, binary)).Header;
            Assert.Equal((binary, source, destination), (header.Length, header.Source, header.Destination));
        }
    }

    // What System.Net makes of the same line.
    private static (EndPointKey Source, EndPointKey Destination) ReadByFramework(ReadOnlySpan<byte> line)
    {
        string[] words = Encoding.ASCII.GetString(line).TrimEnd().Split(' ');
        return (Key(words[2], words[4]), Key(words[3], words[5]));
    }

    private static EndPointKey Key(string address, string port) =>
        EndPointKey.From(new IPEndPoint(IPAddress.Parse(address), int.Parse(port, System.Globalization.CultureInfo.InvariantCulture)));

    // Zeros are as likely as everything else, so that runs of them come in every length and place.
    private static EndPointKey Any(Random random)
    {
        var bytes = new byte[random.Next(2) == 0 ? 4 : 16];
        random.NextBytes(bytes);
        for (int i = 0; i + 1 < bytes.Length; i += 2)
        {
            if (random.Next(2) == 0)
            {
                bytes[i] = bytes[i + 1] = 0;
            }
        }

        return EndPointKey.From(new IPEndPoint(new IPAddress(bytes), random.Next(65536)));
    }
}
