// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Inspection.ProxyProtocol;

namespace LbEngine.Tests.Inspection.ProxyProtocol;

public sealed class FieldListTests
{
    [Theory]
    [InlineData((byte)0x01, SentFields.Alpn)]
    [InlineData((byte)0x02, SentFields.Authority)]
    [InlineData((byte)0x05, SentFields.UniqueId)]
    [InlineData((byte)0x20, SentFields.Ssl)]
    [InlineData((byte)0x30, SentFields.Other)]
    [InlineData((byte)0xEA, SentFields.Other)]
    internal void Add_Kind_IsTakenWhereItAloneIsWanted(byte type, SentFields kind)
    {
        Assert.Equal(Headers.Field(type, "value"u8), Collect(kind, (type, "value")));
        Assert.Empty(Collect(SentFields.Told & ~kind, (type, "value")));
    }

    [Theory]
    [InlineData((byte)0x03)]
    [InlineData((byte)0x04)]
    public void Add_ChecksumOrPadding_IsNeverPassedOn(byte type) => Assert.Empty(Collect((SentFields)0xFF, (type, "1234")));

    [Fact]
    public void Add_OneThatAHeaderHasOnce_TheFirstStaysAndOthersMayRepeat() => Assert.Equal(
        [.. Headers.Field(2, "a"u8), .. Headers.Field(0xE0, "c"u8), .. Headers.Field(0xE0, "d"u8)],
        Collect(SentFields.Told, (2, "a"), (2, "b"), (0xE0, "c"), (0xE0, "d")));

    [Fact]
    public void Add_OneThatDoesNotFit_IsLeftOutAlone() => Assert.Equal(
        [.. Headers.Field(0xE0, "1234"u8), .. Headers.Field(0xE2, "5"u8)],
        Collect(SentFields.Told, 11, (0xE0, "1234"), (0xE1, "too long"), (0xE2, "5")));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void WriteBinary_FieldsAndChecksum_AreReadAgain(bool isIPv6)
    {
        byte[] fields = [.. Headers.Field(2, "shop.example"u8), .. Headers.Field(0xE0, [])];
        (string source, string destination) = isIPv6 ? (Headers.Source6, Headers.Destination6) : (Headers.Source, Headers.Destination);
        var bytes = new byte[ProxyHeaderWriter.MostBytesWithFields];

        int length = ProxyHeaderWriter.WriteBinary(bytes, Headers.Key(source), Headers.Key(destination), isDatagram: false, fields, hasChecksum: true);

        byte[] expected = Headers.WithChecksum(Headers.Binary(
            0x21, (byte)(isIPv6 ? 0x21 : 0x11), [.. Headers.Addresses(source, destination), .. fields, .. Headers.Field(3, [0, 0, 0, 0])]));
        Assert.Equal(expected, bytes[..length]);
        Assert.Equal((ProxyReading.Whole, length), (Headers.Read(expected).Reading, Headers.Read(expected).Header.Length));
    }

    [Fact]
    public void WriteBinary_AsManyFieldsAsFit_IsStillReadByTheNextOne()
    {
        var bytes = new byte[ProxyHeaderWriter.MostBytesWithFields];
        byte[] fields = Headers.Field(0xE0, new byte[ProxyHeaderWriter.MostFieldBytes - 3]);
        byte[] id = Headers.Field(5, new byte[38]);

        int length = ProxyHeaderWriter.WriteBinary(bytes, Headers.Key(Headers.Source6), Headers.Key(Headers.Destination6), isDatagram: false, [.. fields, .. id], hasChecksum: true);

        Assert.Equal(ProxyReading.Whole, Headers.Read(bytes.AsSpan(0, length)).Reading);
    }

    private static byte[] Collect(SentFields wanted, params (byte Type, string Value)[] fields) => Collect(wanted, 1000, fields);

    private static byte[] Collect(SentFields wanted, int room, params (byte Type, string Value)[] fields)
    {
        var bytes = new byte[room];
        var list = new FieldList(bytes, wanted);
        foreach ((byte type, string value) in fields)
        {
            list.Add(type, System.Text.Encoding.ASCII.GetBytes(value));
        }

        return bytes[..list.Length];
    }
}
