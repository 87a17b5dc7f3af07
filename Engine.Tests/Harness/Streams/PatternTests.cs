// SPDX-License-Identifier: MIT
namespace LbEngine.Tests.Harness.Streams;

/// <summary>The suite believes this check, so the check itself is checked.</summary>
public sealed class PatternTests
{
    [Fact]
    public void FindWrong_PiecesOfAnySize_FitTogether()
    {
        var whole = new byte[10_000];
        Pattern.Fill(whole, 3, 0);

        for (int start = 0; start < 40; start++)
        {
            var piece = new byte[777];
            Pattern.Fill(piece, 3, start);

            Assert.Equal(whole[start..(start + piece.Length)], piece);
            Assert.Null(Pattern.FindWrong(whole.AsSpan(start), 3, start));
        }
    }

    [Fact]
    public void FindWrong_OneFlippedBit_NamesItsOffset()
    {
        var bytes = new byte[9_000];
        Pattern.Fill(bytes, 1, 5_000);

        bytes[8_123] ^= 1;

        Assert.Equal(13_123, Pattern.FindWrong(bytes, 1, 5_000));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(4096)]
    [InlineData(65536)]
    public void FindWrong_LostBytes_ShowWithinAFewBytesOfTheGap(int lost)
    {
        var bytes = new byte[1_000];
        Pattern.Fill(bytes, 1, 100 + lost);

        long? wrong = Pattern.FindWrong(bytes, 1, 100);

        Assert.InRange(wrong ?? long.MaxValue, 100, 104);
    }

    [Fact]
    public void FindWrong_BytesOfAnotherStream_ShowAtOnce()
    {
        var bytes = new byte[1_000];
        Pattern.Fill(bytes, 2, 0);

        Assert.InRange(Pattern.FindWrong(bytes, 1, 0) ?? long.MaxValue, 0, 4);
    }
}
