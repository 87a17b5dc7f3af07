// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Tables;
using LbEngine.Transport;

namespace LbEngine.Tests.Transport;

public sealed class SelfMeetingTests
{
    [Theory]
    [InlineData("the very address and port", "127.0.0.1:40010", "127.0.0.1:40010", true)]
    [InlineData("the same over IPv6", "[::1]:40010", "[::1]:40010", true)]
    [InlineData("an address of the network", "192.0.2.7:40010", "192.0.2.7:40010", true)]
    [InlineData("IPv4 through an IPv6 socket", "[::ffff:127.0.0.1]:40010", "127.0.0.1:40010", true)]
    [InlineData("another port of the same address is another socket", "127.0.0.1:40011", "127.0.0.1:40010", false)]
    [InlineData("the same port of another address is another socket", "127.0.0.1:40010", "127.0.0.2:40010", false)]
    [InlineData("the same port towards another host", "192.0.2.7:40010", "192.0.2.8:40010", false)]
    [InlineData("a socket without an address has met nobody", "0.0.0.0:0", "127.0.0.1:40010", false)]
    public void Is_OwnAndPeer_OnlyTheSameSocket(string why, string own, string peer, bool expected) =>
        Assert.True(expected == SelfMeeting.Is(Key(own), Key(peer)), why);

    [Theory]
    [InlineData("32768\t60999\n", 32768, 60999)]
    [InlineData("40010 40010", 40010, 40010)]
    [InlineData("", 1024, 65535)]
    [InlineData("nonsense", 1024, 65535)]
    [InlineData("1 x", 1024, 65535)]
    public void ParseRange_Text_IsTheRangeOrAllOfIt(string text, int first, int last) => Assert.Equal((first, last), SelfMeeting.ParseRange(text));

    [Fact]
    public void IsPossible_WellKnownPort_IsFalse() => Assert.False(SelfMeeting.IsPossible(80));

    private static EndPointKey Key(string endPoint) => EndPointKey.From(IPEndPoint.Parse(endPoint));
}
