// SPDX-License-Identifier: MIT
using LbEngine.Kestrel;
using LbEngine.Tests.Inspection.ProxyProtocol;

namespace LbEngine.Tests.Kestrel;

/// <summary>Fields of a header, as whoever serves the connection sees them.</summary>
public sealed class TlvTests
{
    private static readonly byte[] Addresses = Headers.Addresses(Headers.Source, Headers.Destination);

    private readonly MiddlewareStage _stage = new();

    [Fact]
    public async Task Tlvs_OfAHeader_AreAllThereInTheirOrder()
    {
        byte[] fields =
        [
            .. Headers.Field(0x01, "h2"u8), .. Headers.Field(0x02, "bücher.example"u8), .. Headers.Field(0xEE, []), .. Headers.Field(0x03, [0, 0, 0, 0]),
            .. Headers.Field(0x05, [1, 2, 3]), .. Headers.Field(0x02, "another"u8),
        ];

        IProxyProtocolFeature told = await TellAsync(Headers.WithChecksum(Headers.Binary(0x21, 0x11, [.. Addresses, .. fields])));

        Assert.Equal([0x01, 0x02, 0xEE, 0x03, 0x05, 0x02], told.Tlvs.Select(field => field.Type));
        Assert.Equal([2, 15, 0, 4, 3, 7], told.Tlvs.Select(field => field.Value.Length));
        Assert.Equal(("h2", "bücher.example"), (told.Alpn, told.Authority));
        Assert.Equal([1, 2, 3], told.UniqueId?.ToArray());
    }

    [Theory]
    [InlineData(0x31, 216)]
    [InlineData(0x21, 36)]
    public async Task Tlvs_BehindOtherAddresses_AreThere(byte family, int addressBytes)
    {
        IProxyProtocolFeature told = await TellAsync(Headers.Binary(0x21, family, [.. new byte[addressBytes], .. Headers.Field(0x02, "a"u8)]));

        Assert.Equal("a", told.Authority);
    }

    [Fact]
    public async Task Tlvs_OfHeadersWithoutAny_AreNone()
    {
        byte[][] headers =
        [
            Headers.Text("PROXY TCP4 192.0.2.1 198.51.100.7 56324 443"),
            Headers.Binary(0x21, 0x11, Addresses),
            Headers.Binary(0x21, 0x00, Headers.Field(0x02, "a"u8)),
            Headers.Binary(0x20, 0x11, [.. Addresses, .. Headers.Field(0x02, "a"u8)]),
        ];
        foreach (byte[] header in headers)
        {
            IProxyProtocolFeature told = await TellAsync(header);

            Assert.Empty(told.Tlvs);
            Assert.Equal((null, null, null), (told.Authority, told.Alpn, told.UniqueId));
        }
    }

    private async Task<IProxyProtocolFeature> TellAsync(byte[] header)
    {
        ScriptedConnection connection = await _stage.ServeAsync(header);
        Assert.True(connection.IsServed);
        return connection.Told!;
    }
}
