// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Backends;
using LbEngine.Tables;

namespace LbEngine.Tests.Backends;

public class SourceAddressesTests
{
    private static readonly EndPointKey Client = EndPointKey.From(IPEndPoint.Parse("203.0.113.7:40000"));

    [Fact]
    public void Begin_None_LeavesItToTheSystemOnce()
    {
        Assert.Equal([default], Choices(SourceAddresses.Any, isIPv4: true));
        Assert.Equal([default], Choices(SourceAddresses.Any, isIPv4: false));
    }

    [Fact]
    public void Begin_Several_GivesEachOnceAndBeginsWithAnother()
    {
        SourceAddresses sources = Of("10.0.0.5", "10.0.0.6", "10.0.0.7");
        var begun = new HashSet<SourceChoice>();
        for (int connect = 0; connect < 3; connect++)
        {
            SourceChoice[] choices = Choices(sources, isIPv4: true);

            Assert.Equal(["10.0.0.5:0", "10.0.0.6:0", "10.0.0.7:0"], choices.Select(one => one.EndPoint.ToString()).Order());
            Assert.True(begun.Add(choices[0]), "It began with the same address again.");
        }
    }

    [Fact]
    public void Begin_TurnWrapsAround_StillGivesEachOnce()
    {
        SourceAddresses sources = Of("10.0.0.5", "10.0.0.6", "10.0.0.7");
        for (int connect = 0; connect < 1000; connect++)
        {
            var turn = new SourceTurn([Key("10.0.0.5"), Key("10.0.0.6"), Key("10.0.0.7")], uint.MaxValue - 500 + (uint)connect);
            Assert.Equal(3, new[] { turn.Take(), turn.Take(), turn.Take() }.Distinct().Count());
            Assert.False(turn.HasMore);
        }

        Assert.Equal(3, Choices(sources, isIPv4: true).Length);
    }

    [Fact]
    public void Begin_OtherFamily_LeavesItToTheSystem()
    {
        SourceAddresses sources = Of("10.0.0.5", "::ffff:10.0.0.6");

        Assert.Equal(2, Choices(sources, isIPv4: true).Length);
        Assert.Equal([default], Choices(sources, isIPv4: false));
    }

    [Fact]
    public void Begin_ClientsOwn_TriesItsPortAndThenAnother() => Assert.Equal(
        [new SourceChoice(Client, IsForeign: true), new SourceChoice(Client with { Port = 0 }, IsForeign: true)],
        Choices(SourceAddresses.Client, isIPv4: true));

    [Fact]
    public void Begin_ClientOfTheOtherFamily_CannotBeShown() => Assert.Equal([default], Choices(SourceAddresses.Client, isIPv4: false));

    [Theory]
    [InlineData("127.0.0.1:5")]
    [InlineData("169.254.1.2:5")]
    [InlineData("224.0.0.1:5")]
    [InlineData("255.255.255.255:5")]
    [InlineData("0.0.0.0:5")]
    [InlineData("0.1.2.3:5")]
    [InlineData("[::1]:5")]
    [InlineData("[::]:5")]
    [InlineData("[fe80::1]:5")]
    [InlineData("[febf::1]:5")]
    [InlineData("[ff02::1]:5")]
    public void Begin_ClientThatNobodyElseCanAnswerTo_IsNotShown(string client)
    {
        EndPointKey key = EndPointKey.From(IPEndPoint.Parse(client));
        SourceTurn turn = SourceAddresses.Client.Begin(key.Address.IsIPv4, key);

        Assert.Equal((default, false), (turn.Take(), turn.HasMore));
        Assert.False(SourceAddresses.Client.Shows(key, key.Address.IsIPv4));
    }

    [Theory]
    [InlineData("1.2.3.4:5")]
    [InlineData("10.0.0.1:5")]
    [InlineData("169.253.1.2:5")]
    [InlineData("223.255.255.255:5")]
    [InlineData("[2001:db8::1]:5")]
    [InlineData("[fec0::1]:5")]
    [InlineData("[fd00::1]:5")]
    public void Shows_ClientOfSomeNetwork_Is(string client)
    {
        EndPointKey key = EndPointKey.From(IPEndPoint.Parse(client));

        Assert.True(SourceAddresses.Client.Shows(key, key.Address.IsIPv4));
        Assert.False(SourceAddresses.Client.Shows(key, !key.Address.IsIPv4));
        Assert.False(Of("10.0.0.5").Shows(key, key.Address.IsIPv4));
    }

    [Fact]
    public void WithoutClient_ForWhomNobodyHasAsked_IsThisHosts()
    {
        SourceAddresses own = Of("10.0.0.5");

        Assert.Same(SourceAddresses.Any, SourceAddresses.Client.WithoutClient);
        Assert.Same(own, own.WithoutClient);
    }

    private static SourceAddresses Of(params string[] addresses) => new(addresses.Select(IPAddress.Parse));

    private static AddressKey Key(string address) => AddressKey.From(IPAddress.Parse(address));

    private static SourceChoice[] Choices(SourceAddresses sources, bool isIPv4)
    {
        SourceTurn turn = sources.Begin(isIPv4, Client);
        var choices = new List<SourceChoice>();
        while (turn.HasMore)
        {
            choices.Add(turn.Take());
        }

        return [.. choices];
    }
}
