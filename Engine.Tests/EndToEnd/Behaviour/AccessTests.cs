// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Datagrams;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Harness.Streams;

namespace LbEngine.Tests.EndToEnd.Behaviour;

/// <summary>Who may come in, and how many in a time, by the addresses that the kernel tells.</summary>
public sealed class AccessTests : EndToEndTest
{
    private const int DropsAreHeard = 332;

    /// <summary>A transport, a listener's address, one whose clients may not come in, and one whose clients may.</summary>
    public static TheoryData<TransportKind, string, string, string> Families()
    {
        var data = new TheoryData<TransportKind, string, string, string>();
        foreach (TransportKind transport in Transports.Available())
        {
            data.Add(transport, "127.0.0.1:0", "127.0.0.7", "127.0.0.8");
            data.Add(transport, "[::1]:0", "::1", "");
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Families))]
    public async Task Connect_DeniedAddress_IsResetWhileOthersAreServed(TransportKind transport, string bind, string denied, string allowed)
    {
        ScriptedBackend backend = Stage.AddBackend();
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, BalancerSettings.For(backend.EndPoint) with { Bind = bind, Deny = [denied] });

        Peer refused = Stage.Own(await Peer.ConnectAsync(balancer.EndPoint, 1, from: IPAddress.Parse(denied)));
        Observation seen = await refused.ReceiveToEndAsync();

        Assert.Equal(PeerEnd.Rst, seen.End);
        Assert.Equal(1, balancer.Rejected(RejectReason.Denied));
        Assert.False(backend.HasPending);
        if (allowed.Length > 0)
        {
            Peer welcome = Stage.Own(await Peer.ConnectAsync(balancer.EndPoint, 2, from: IPAddress.Parse(allowed)));
            await welcome.SendAsync(10);
            await (await Stage.AcceptAsync(backend, 2)).ReceiveAsync(10);
        }
    }

    [Theory]
    [MemberData(nameof(Families))]
    public async Task Send_DeniedAddress_IsDroppedWhileOthersAreServed(TransportKind transport, string bind, string denied, string allowed)
    {
        DatagramEcho backend = Stage.AddDatagramEcho();
        EngineBalancer balancer = await Stage.StartEngineAsync(
            transport, BalancerSettings.ForDatagrams(backend.EndPoint) with { Bind = bind, Deny = [denied] });

        DatagramClient refused = Stage.AddClient(balancer, 1, IPAddress.Parse(denied));
        await refused.SendAsync(Datagram.Create(1, 0, 100));
        await Waiting.UntilAsync(() => balancer.Dropped(DropReason.Rejected) == 1, "the datagram of a denied address is turned away");
        if (allowed.Length > 0)
        {
            await Stage.AddClient(balancer, 2, IPAddress.Parse(allowed)).EchoAsync();
        }

        Assert.False(refused.HasPending);
        Assert.Equal(1, balancer.Rejected(RejectReason.Denied));
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Connect_OverTheRate_IsResetWhileAnotherAddressIsServed(TransportKind transport)
    {
        ScriptedBackend backend = Stage.AddBackend();
        EngineBalancer balancer = await Stage.StartEngineAsync(
            transport, BalancerSettings.For(backend.EndPoint) with { Rate = new RateOptions { PerClient = "1/h", Burst = 2 } });
        await Stage.OpenPairAsync(balancer, backend, 1);
        await Stage.OpenPairAsync(balancer, backend, 2);

        Observation seen = await (await Stage.ConnectAsync(balancer, 3)).ReceiveToEndAsync();
        Peer other = Stage.Own(await Peer.ConnectAsync(balancer.EndPoint, 4, from: IPAddress.Parse("127.0.0.9")));
        await other.SendAsync(10);
        await (await Stage.AcceptAsync(backend, 4)).ReceiveAsync(10);

        Assert.Equal(PeerEnd.Rst, seen.End);
        Assert.Equal(1, balancer.Rejected(RejectReason.RateLimit));
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Connect_OverTheRateWithDrop_HearsNothingUntilItSends(TransportKind transport)
    {
        ScriptedBackend backend = Stage.AddBackend();
        EngineBalancer balancer = await Stage.StartEngineAsync(
            transport, BalancerSettings.For(backend.EndPoint) with { Rate = new RateOptions { PerClient = "1/h", Over = OverRateBehaviour.Drop } });
        await Stage.OpenPairAsync(balancer, backend, 1);

        Peer dropped = await Stage.ConnectAsync(balancer, 2);
        await Waiting.UntilAsync(() => balancer.Rejected(RejectReason.RateLimit) == 1, "the second connection is over the rate");
        bool heard = dropped.Socket.Poll(TimeSpan.FromMilliseconds(50), SelectMode.SelectRead);
        bool isAllowed = !balancer.Log.Lines.Any(line => line.Id == DropsAreHeard);

        // The kernel knows of no such connection any more, and says so.
        if (!heard)
        {
            _ = dropped.Socket.Send("x"u8);
        }

        Observation seen = await dropped.ReceiveToEndAsync();

        Assert.Equal(PeerEnd.Rst, seen.End);
        Assert.True(!isAllowed || !heard, "a process that may drop without a word has sent one");
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Send_OverTheRate_IsDroppedWhileTheFlowGoesOn(TransportKind transport)
    {
        DatagramEcho backend = Stage.AddDatagramEcho();
        EngineBalancer balancer = await Stage.StartEngineAsync(
            transport, BalancerSettings.ForDatagrams(backend.EndPoint) with { Rate = new RateOptions { PerClient = "1/h" } });
        DatagramClient first = Stage.AddClient(balancer, 1);
        await first.EchoAsync();

        await Stage.AddClient(balancer, 2).SendAsync(Datagram.Create(2, 0, 100));
        await Waiting.UntilAsync(() => balancer.Rejected(RejectReason.RateLimit) == 1, "a second flow of the address is turned away");
        await first.EchoAsync(1);
        await Stage.AddClient(balancer, 3, IPAddress.Parse("127.0.0.9")).EchoAsync();

        Assert.Equal(1, balancer.Rejected(RejectReason.RateLimit));
    }
}
