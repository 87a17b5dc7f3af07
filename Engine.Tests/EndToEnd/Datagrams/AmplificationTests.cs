// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Datagrams;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Stages;

namespace LbEngine.Tests.EndToEnd.Datagrams;

/// <summary>Forged source addresses: small questions for large answers, and circles.</summary>
public sealed class AmplificationTests : EndToEndTest
{
    private const int Ratio = 3;
    private const int Replies = 50;
    private const int Length = 100;

    /// <summary>Where the listener is bound, and from where the datagram claims to come.</summary>
    public static TheoryData<TransportKind, (string Bind, string Claimed)> ForgedSources { get; } = Transports.BothWith(
        ("127.0.0.1:0", "127.0.0.1"),
        ("0.0.0.0:0", "127.0.0.1"),
        ("0.0.0.0:0", "127.0.0.77"));

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task MaxReplyRatio_ClientThatNeverSpoke_GetsNoMoreThanItsShare(TransportKind transport)
    {
        DatagramBackend backend = Stage.AddDatagramBackend();
        EngineBalancer balancer = await Stage.StartEngineAsync(
            transport,
            BalancerSettings.ForDatagrams(backend.EndPoint) with { MaxReplyRatio = Ratio });
        DatagramClient client = Stage.AddClient(balancer);
        await client.SendAsync(Datagram.Create(1, 0, Length));
        ReceivedDatagram request = await backend.ReceiveFromAsync();

        await ReplyAsync(backend, request.From, 0);
        await Waiting.UntilAsync(() => balancer.Dropped(DropReason.ReplyRatio) == Replies - Ratio, "replies beyond the ratio are dropped");
        Assert.Equal(Ratio, await DrainAsync(client));
        Assert.Equal((Ratio, Replies - Ratio), (balancer.Datagrams.ToClients, balancer.Datagrams.Dropped));

        // It speaks again, so that it is where it says; from now on everything passes.
        await client.SendAsync(Datagram.Create(1, 1, Length));
        await backend.ReceiveFromAsync();
        await ReplyAsync(backend, request.From, Replies);
        await Waiting.UntilAsync(() => balancer.Datagrams.ToClients == Ratio + Replies, "replies pass");
        Assert.Equal(Replies, await DrainAsync(client));
        Assert.Equal(Replies - Ratio, balancer.Datagrams.Dropped);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task NoMaxReplyRatio_ManyReplies_AllPass(TransportKind transport)
    {
        DatagramBackend backend = Stage.AddDatagramBackend();
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, BalancerSettings.ForDatagrams(backend.EndPoint));
        DatagramClient client = Stage.AddClient(balancer);
        await client.SendAsync(Datagram.Create(1, 0, Length));
        ReceivedDatagram request = await backend.ReceiveFromAsync();

        await ReplyAsync(backend, request.From, 0);

        await Waiting.UntilAsync(() => balancer.Datagrams.ToClients == Replies, "replies pass");
        Assert.Equal(Replies, await DrainAsync(client));
    }

    /// <summary>Answering it would be answering oneself, for ever.</summary>
    [RootTheory]
    [MemberData(nameof(ForgedSources))]
    public async Task Datagram_FromTheListenerItself_IsDroppedAndCounted(TransportKind transport, (string Bind, string Claimed) forged)
    {
        DatagramEcho backend = Stage.AddDatagramEcho();
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, BalancerSettings.ForDatagrams(backend.EndPoint) with { Bind = forged.Bind });
        var target = new IPEndPoint(IPAddress.Loopback, balancer.EndPoint.Port);
        var source = new IPEndPoint(IPAddress.Parse(forged.Claimed), balancer.EndPoint.Port);
        using var forger = new ForgedDatagrams();

        forger.Send(source, target, Datagram.Create(1, 0, Length));

        await Waiting.UntilAsync(() => balancer.Rejected(RejectReason.OwnListener) == 1, "the forged datagram is turned away", null, () => $"{balancer.Datagrams}");
        Assert.Equal(1, balancer.Dropped(DropReason.Rejected));
        Assert.Equal(0, balancer.Status.ActiveConnections);
        Assert.Empty(backend.Received);

        // The forger's other words get through, so that the test would notice if these did not.
        forger.Send(new IPEndPoint(IPAddress.Parse("127.0.0.9"), balancer.EndPoint.Port - 1), target, Datagram.Create(1, 1, Length));
        await Waiting.UntilAsync(() => backend.Received.Count == 1, "a datagram from somewhere else passes");
    }

    private static async Task ReplyAsync(DatagramBackend backend, IPEndPoint to, int first)
    {
        for (int i = 0; i < Replies; i++)
        {
            await backend.SendToAsync(Datagram.Create(2, first + i, Length), to);
        }
    }

    private static async Task<int> DrainAsync(DatagramClient client)
    {
        int count = 0;
        for (; client.HasPending; count++)
        {
            await client.ReceiveAsync();
        }

        return count;
    }
}
