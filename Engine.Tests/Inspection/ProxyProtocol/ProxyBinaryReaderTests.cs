// SPDX-License-Identifier: MIT
using LbEngine.Inspection.ProxyProtocol;

namespace LbEngine.Tests.Inspection.ProxyProtocol;

/// <summary>Section 2.2 of the specification, sentence by sentence.</summary>
public sealed class ProxyBinaryReaderTests
{
    private static readonly byte[] Four = Headers.Addresses(Headers.Source, Headers.Destination);
    private static readonly byte[] Six = Headers.Addresses(Headers.Source6, Headers.Destination6);

    [Theory]
    [InlineData(0x11, false)]
    [InlineData(0x12, false)]
    [InlineData(0x21, true)]
    [InlineData(0x22, true)]
    public void Read_AddressesOfAFamily_TellsBoth(byte family, bool isIPv6)
    {
        (ProxyReading reading, ProxyHeader header) = Headers.Read(Headers.Binary(0x21, family, isIPv6 ? Six : Four));

        Assert.Equal(ProxyReading.Whole, reading);
        Assert.Equal(Headers.Key(isIPv6 ? Headers.Source6 : Headers.Source), header.Source);
        Assert.Equal(Headers.Key(isIPv6 ? Headers.Destination6 : Headers.Destination), header.Destination);
    }

    [Theory]
    [InlineData(0x00, 0)]
    [InlineData(0x00, 1)]
    [InlineData(0x11, 0)]
    [InlineData(0x11, 7)]
    [InlineData(0x21, 36)]
    [InlineData(0x31, 4000)]
    [InlineData(0xFF, 50)]
    public void Read_Local_IsTakenWithWhateverIsBehindIt(byte family, int length)
    {
        byte[] junk = [.. Enumerable.Repeat((byte)0xFF, length)];

        Assert.Equal((ProxyReading.Whole, new ProxyHeader(16 + length)), Headers.Read(Headers.Binary(0x20, family, junk)));
    }

    [Theory]
    [InlineData(0x00)]
    [InlineData(0x31)]
    [InlineData(0x32)]
    public void Read_UnspecifiedOrUnix_IsTakenAndTellsNothing(byte family)
    {
        (ProxyReading reading, ProxyHeader header) = Headers.Read(Headers.Binary(0x21, family, new byte[216]));

        Assert.Equal((ProxyReading.Whole, 232, null, null), (reading, header.Length, header.Source, header.Destination));
    }

    [Theory]
    [InlineData(0x10, 0x11)]
    [InlineData(0x01, 0x11)]
    [InlineData(0x31, 0x11)]
    [InlineData(0x22, 0x11)]
    [InlineData(0x2F, 0x11)]
    [InlineData(0x21, 0x01)]
    [InlineData(0x21, 0x02)]
    [InlineData(0x21, 0x10)]
    [InlineData(0x21, 0x13)]
    [InlineData(0x21, 0x20)]
    [InlineData(0x21, 0x23)]
    [InlineData(0x21, 0x30)]
    [InlineData(0x21, 0x33)]
    [InlineData(0x21, 0x41)]
    [InlineData(0x21, 0xFF)]
    public void Read_OtherVersionCommandOrFamily_IsMalformed(byte command, byte family) =>
        Assert.Equal(ProxyReading.Malformed, Headers.Read(Headers.Binary(command, family, new byte[216])).Reading);

    [Theory]
    [InlineData(0x11, 11)]
    [InlineData(0x12, 0)]
    [InlineData(0x21, 35)]
    [InlineData(0x22, 12)]
    [InlineData(0x31, 215)]
    public void Read_TooShortForItsAddresses_IsMalformed(byte family, int length) =>
        Assert.Equal(ProxyReading.Malformed, Headers.Read(Headers.Binary(0x21, family, new byte[length])).Reading);

    [Theory]
    [InlineData(4080, true)]
    [InlineData(4081, false)]
    [InlineData(65535, false)]
    public void Read_LengthAboveWhatIsHeld_IsMalformedBeforeItHasCome(int length, bool isAwaited)
    {
        ProxyReading expected = isAwaited ? ProxyReading.NeedsMore : ProxyReading.Malformed;

        Assert.Equal(expected, Headers.Read(Headers.Binary(0x21, 0x11, [], length)).Reading);
        Assert.Equal(expected, Headers.Read(Headers.Binary(0x20, 0x00, [], length)).Reading);
    }

    [Fact]
    public void Read_Fields_AreSkippedWhateverTheyAre()
    {
        byte[] fields = [.. Headers.Field(0xEE, [1]), .. Headers.Field(0x02, "shop.example"u8), .. Headers.Field(0x02, []), .. Headers.Field(4, new byte[300])];
        byte[] whole = Headers.Binary(0x21, 0x11, [.. Four, .. fields]);

        Assert.Equal(
            (ProxyReading.Whole, new ProxyHeader(whole.Length, Headers.Key(Headers.Source), Headers.Key(Headers.Destination))),
            Headers.Read([.. whole, .. "stream"u8]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Read_FieldThatGoesBeyondTheHeader_IsMalformed(int cut)
    {
        byte[] field = Headers.Field(0x02, [1, 2, 3]);
        byte[] more = [.. Headers.Binary(0x21, 0x11, [.. Four, .. field.AsSpan(0, field.Length - cut)]), .. new byte[100]];

        Assert.Equal(ProxyReading.Malformed, Headers.Read(more).Reading);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Read_BytesThatAreNoField_IsMalformed(int count) =>
        Assert.Equal(ProxyReading.Malformed, Headers.Read(Headers.Binary(0x21, 0x11, [.. Four, .. new byte[count]])).Reading);

    [Fact]
    public void Read_RightChecksum_IsTakenAndEveryOtherIsNot()
    {
        byte[] right = Headers.WithChecksum(Headers.Binary(0x21, 0x11, [.. Four, .. Headers.Field(0x03, [0, 0, 0, 0]), .. Headers.Field(0x05, "id"u8)]));
        Assert.Equal(ProxyReading.Whole, Headers.Read(right).Reading);

        for (int at = 16; at < right.Length; at++)
        {
            byte[] wrong = [.. right];
            wrong[at] ^= 0x40;
            Assert.True(Headers.Read(wrong).Reading != ProxyReading.Whole || at is 28, $"a wrong byte at {at} was taken");
        }
    }

    [Fact]
    public void Read_ChecksumTwiceOrOfAnotherSize_IsMalformed()
    {
        byte[] zero = Headers.Field(0x03, [0, 0, 0, 0]);

        Assert.Equal(ProxyReading.Malformed, Headers.Read(Headers.WithChecksum(Headers.Binary(0x21, 0x11, [.. Four, .. zero, .. zero]))).Reading);
        Assert.Equal(ProxyReading.Malformed, Headers.Read(Headers.Binary(0x21, 0x11, [.. Four, .. Headers.Field(0x03, [0, 0, 0])])).Reading);
        Assert.Equal(ProxyReading.Malformed, Headers.Read(Headers.Binary(0x21, 0x11, [.. Four, .. Headers.Field(0x03, [])])).Reading);
    }
}
