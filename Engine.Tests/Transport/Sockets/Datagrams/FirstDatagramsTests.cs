// SPDX-License-Identifier: MIT
using LbEngine.Transport.Sockets.Datagrams;

namespace LbEngine.Tests.Transport.Sockets.Datagrams;

public sealed class FirstDatagramsTests
{
    private readonly FirstDatagrams _datagrams = new();

    [Theory]
    [InlineData(0, true)]
    [InlineData(1500, true)]
    [InlineData(1501, false)]
    public void TryKeep_OfALength_KeepsWhatFitsIntoAFrame(int length, bool expected)
    {
        byte[]? copy = _datagrams.TryKeep(SocketExtensions.Pattern(length));

        Assert.Equal(expected, copy is not null);
        Assert.True(copy is null || copy.AsSpan().StartsWith(SocketExtensions.Pattern(length)));
    }

    [Fact]
    public void TryKeep_AsManyAsMayBe_KeepsNoMoreUntilOneIsGivenBack()
    {
        byte[] last = [];
        int kept = 0;
        while (kept < 1_000_000 && _datagrams.TryKeep([1]) is byte[] copy)
        {
            last = copy;
            kept++;
        }

        _datagrams.Give(last);
        byte[]? next = _datagrams.TryKeep([2]);
        byte[]? afterThat = _datagrams.TryKeep([3]);

        Assert.Equal(4096, kept);
        Assert.Same(last, next);
        Assert.Null(afterThat);
    }
}
