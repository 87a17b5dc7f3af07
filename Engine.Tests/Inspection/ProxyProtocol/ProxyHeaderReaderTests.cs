// SPDX-License-Identifier: MIT
using LbEngine.Inspection.ProxyProtocol;
using LbEngine.Tests.Harness;

namespace LbEngine.Tests.Inspection.ProxyProtocol;

/// <summary>What holds for both versions: pieces, what follows, and whatever anybody sends.</summary>
public sealed class ProxyHeaderReaderTests
{
    [Fact]
    public void Read_SplitAtEveryByte_TellsTheSameOnceItIsWhole()
    {
        foreach (byte[] whole in Headers.Whole)
        {
            for (int length = 0; length < whole.Length; length++)
            {
                Assert.Equal((ProxyReading.NeedsMore, default), Headers.Read(whole.AsSpan(0, length)));
            }

            Assert.Equal(ProxyReading.Whole, Headers.Read(whole).Reading);
            Assert.Equal(whole.Length, Headers.Read(whole).Header.Length);
        }
    }

    [Fact]
    public void Read_StreamBehindIt_ChangesNothing()
    {
        byte[] behind = [.. "\r\nPROXY TCP4 1.1.1.1 1.1.1.1 1 1\r\n"u8, .. Headers.Signature, .. new byte[5000]];

        foreach (byte[] whole in Headers.Whole)
        {
            Assert.Equal(Headers.Read(whole), Headers.Read([.. whole, .. behind]));
        }
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n")]
    [InlineData("proxy TCP4 192.0.2.1 198.51.100.7 1 2\r\n")]
    [InlineData("\u0016\u0003\u0001")]
    [InlineData("\0")]
    [InlineData("P\r\n")]
    [InlineData("\r\n\r\n\0\r\nQUIT\r")]
    [InlineData("\r\n\r\n\0\r\nQUIT\n\u0011")]
    public void Read_SomethingElse_IsMalformedAtItsFirstWrongByte(string sent)
    {
        byte[] bytes = System.Text.Encoding.Latin1.GetBytes(sent);
        int wrongAt = Enumerable.Range(1, bytes.Length).First(length => Headers.Read(bytes.AsSpan(0, length)).Reading == ProxyReading.Malformed);

        for (int length = wrongAt; length <= bytes.Length; length++)
        {
            Assert.Equal(ProxyReading.Malformed, Headers.Read(bytes.AsSpan(0, length)).Reading);
        }
    }

    [Fact]
    public void Read_MutatedHeaders_NeverThrowsNorReadsFarNorChangesItsMind()
    {
        var random = new Random(20101205);
        byte[][] corpus = [.. Headers.Whole];
        byte[] bytes = new byte[8192];
        int whole = 0;
        for (int round = 0; round < Fuzzing.Rounds; round++)
        {
            ReadOnlySpan<byte> sent = Mutate(corpus[random.Next(corpus.Length)], bytes, random);
            (ProxyReading reading, ProxyHeader header) = Headers.Read(sent);
            ProxyReading before = Headers.Read(sent[..random.Next(sent.Length + 1)]).Reading;

            Assert.True(before == ProxyReading.NeedsMore || before == reading, $"said {before} of a part and {reading} of all of {Convert.ToHexString(sent)}");
            if (reading == ProxyReading.Whole)
            {
                whole++;
                Assert.InRange(header.Length, 15, Math.Min(sent.Length, ProxyHeaderReader.MostBytes));
                Assert.Equal(header.Source is null, header.Destination is null);
            }
            else if (reading == ProxyReading.NeedsMore)
            {
                Assert.True(sent.Length < ProxyHeaderReader.MostBytes, "more is awaited of a header that is too long");
            }
        }

        Assert.True(whole > Fuzzing.Rounds / 20, $"only {whole} of {Fuzzing.Rounds} were whole, so little of the readers was seen");
    }

    // Some bytes are replaced, cut out or put in; now and then something long follows.
    private static ReadOnlySpan<byte> Mutate(byte[] header, byte[] bytes, Random random)
    {
        header.CopyTo(bytes, 0);
        int length = header.Length;
        for (int left = random.Next(4); left > 0; left--)
        {
            int at = random.Next(length);
            switch (random.Next(3))
            {
                case 0:
                    bytes[at] = random.Next(3) == 0 ? (byte)random.Next(256) : (byte)(bytes[at] ^ (1 << random.Next(8)));
                    break;
                case 1:
                    bytes.AsSpan((at + 1)..length).CopyTo(bytes.AsSpan(at));
                    length = Math.Max(1, length - 1);
                    break;
                default:
                    bytes.AsSpan(at..length).CopyTo(bytes.AsSpan(at + 1));
                    bytes[at] = (byte)random.Next(256);
                    length++;
                    break;
            }
        }

        int behind = random.Next(8) == 0 ? random.Next(bytes.Length - length) : 0;
        random.NextBytes(bytes.AsSpan(length, behind));
        return bytes.AsSpan(0, length + behind);
    }
}
