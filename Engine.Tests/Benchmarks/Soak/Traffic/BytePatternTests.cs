// SPDX-License-Identifier: MIT
using LbEngine.Benchmarks.Soak.Traffic;

namespace LbEngine.Tests.Benchmarks.Soak.Traffic;

public sealed class BytePatternTests
{
    private const int Length = 100;

    private readonly BytePattern _pattern = new(42);

    [Fact]
    public void Fill_InPiecesOfEverySize_GivesTheSameBytesAsAtOnce()
    {
        byte[] whole = Whole();
        for (int piece = 1; piece < Length; piece++)
        {
            var bytes = new byte[Length];
            for (int offset = 0; offset < Length; offset += piece)
            {
                _pattern.Fill(bytes.AsSpan(offset, Math.Min(piece, Length - offset)), offset);
            }

            Assert.Equal(whole, bytes);
        }
    }

    [Fact]
    public void FindDifference_OneByteWrong_SaysWhichFromEveryOffset()
    {
        byte[] bytes = Whole();
        bytes[57] ^= 1;

        for (int offset = 0; offset < Length; offset++)
        {
            Assert.Equal(offset <= 57 ? 57 : -1, _pattern.FindDifference(bytes.AsSpan(offset), offset));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(64)]
    public void FindDifference_BytesLost_SaysFromWhere(int lost)
    {
        byte[] bytes = Whole();

        Assert.InRange(_pattern.FindDifference(bytes.AsSpan(16 + lost), 16), 16, 24);
    }

    private byte[] Whole()
    {
        var bytes = new byte[Length];
        _pattern.Fill(bytes, 0);
        return bytes;
    }
}
