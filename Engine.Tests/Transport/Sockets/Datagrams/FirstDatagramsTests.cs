// SPDX-License-Identifier: MIT
using LbEngine.Lifecycle;
using LbEngine.Transport;
using LbEngine.Transport.Sockets.Datagrams;

namespace LbEngine.Tests.Transport.Sockets.Datagrams;

public sealed class FirstDatagramsTests
{
    private readonly FirstDatagrams _datagrams = new();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(FlowStory.MaxKeptBytes)]
    public void Keep_OfALength_IsACopyBehindRoomForAHeader(int length)
    {
        byte[] copy = _datagrams.Keep(SocketExtensions.Pattern(length));

        Assert.True(copy.AsSpan(HeaderRoom.Bytes).StartsWith(SocketExtensions.Pattern(length)));
    }

    [Fact]
    public void Give_ACopy_IsUsedAgainAndNotCountedAnyMore()
    {
        byte[] first = _datagrams.Keep([1]);
        _datagrams.Keep([2]);

        _datagrams.Give(first);
        int left = _datagrams.Count;
        byte[] next = _datagrams.Keep([3]);

        Assert.Equal((1, 2), (left, _datagrams.Count));
        Assert.Same(first, next);
    }
}
