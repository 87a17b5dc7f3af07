// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Testing;
using LbEngine.Tests.Inspection.ProxyProtocol;
using LbEngine.Tests.Transport.Memory;

namespace LbEngine.Tests.Forwarding;

/// <summary>A pool that tells its backends with each datagram whose it is.</summary>
public sealed class SendDatagramHeaderTests
{
    [Fact]
    public async Task SendProxy_EachDatagramOfAFlow_BeginsWithTheHeaderAndRepliesAreAsTheyCame()
    {
        await using DatagramStage stage = await StartAsync();
        stage.Backends[0].Respond("answer");
        MemoryDatagramClient client = stage.Client();

        client.Send("one");
        client.Send([]);
        client.Send("three");

        byte[] header = Header(client, DatagramStage.Listener);
        Assert.Equal<byte[]>([[.. header, .. "one"u8], header, [.. header, .. "three"u8]], Received(stage.Backends[0]));
        Assert.Equal(["answer", "answer", "answer"], client.ReceivedTexts);
        Assert.Single(stage.Balancer.GetConnections());
    }

    [Fact]
    public async Task SendProxy_ClientOverIPv6_FamilyIsItsOwn()
    {
        const string Listener = "[2001:db8::53]:53";
        await using DatagramStage stage = await StartAsync(listener: dns => dns.Bind = Listener);
        MemoryDatagramClient client = stage.Client("[2001:db8::7]:5000", Listener);

        client.Send("q");

        byte[] header = Headers.Binary(0x21, 0x22, Headers.Addresses("[2001:db8::7]:5000", Listener));
        Assert.Equal<byte[]>([[.. header, .. "q"u8]], Received(stage.Backends[0]));
        Assert.Equal(52, header.Length);
    }

    [Fact]
    public async Task SendProxy_ListenerIsEverywhere_DestinationIsTheAddressThatTheClientUsed()
    {
        await using DatagramStage stage = await StartAsync(listener: dns => dns.Bind = "0.0.0.0:53");
        MemoryDatagramClient[] clients = [stage.Client(to: "192.0.2.1:53"), stage.Client(to: "192.0.2.2:53")];

        Array.ForEach(clients, client => client.Send("q"));

        Assert.Equal<byte[]>(
            [[.. Header(clients[0], "192.0.2.1:53"), .. "q"u8], [.. Header(clients[1], "192.0.2.2:53"), .. "q"u8]], Received(stage.Backends[0]));
    }

    [Fact]
    public async Task SendProxy_FirstBackendRefuses_TheNextOneGetsTheFirstDatagramWithItsHeader()
    {
        await using DatagramStage stage = await StartAsync(backends: 2);
        stage.Backends[0].Refuse();
        MemoryDatagramClient[] clients = [stage.Client(), stage.Client()];

        Array.ForEach(clients, client => client.Send("q"));

        Assert.Equal<byte[]>(
            clients.Select(client => (byte[])[.. Header(client, DatagramStage.Listener), .. "q"u8]), Received(stage.Backends[1]));
    }

    [Fact]
    public async Task SendProxy_NobodyAnswers_EachDatagramHasItToo()
    {
        await using DatagramStage stage = await StartAsync(listener: dns => dns.Responses = 0);
        MemoryDatagramClient client = stage.Client();

        client.Send("one");
        client.Send("two");

        byte[] header = Header(client, DatagramStage.Listener);
        Assert.Equal<byte[]>([[.. header, .. "one"u8], [.. header, .. "two"u8]], Received(stage.Backends[0]));
        Assert.Equal(6, stage.Status.Listeners[0].Datagrams!.BytesToBackends);
    }

    [Fact]
    public async Task SendProxy_Header_CountsForNobody()
    {
        await using DatagramStage stage = await StartAsync(listener: dns => dns.MaxReplyRatio = 2);
        stage.Backends[0].Respond("ten bytes!");

        MemoryDatagramClient client = stage.Ask("four");

        Assert.Equal(4, stage.Status.Listeners[0].Traffic.BytesToBackend);
        Assert.Equal(4, stage.Status.Listeners[0].Datagrams!.BytesToBackends);
        Assert.Empty(client.Received);
        Assert.Equal(1, stage.Dropped(DropReason.ReplyRatio));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0)]
    public async Task SendProxy_DatagramIsTooLargeWithIt_IsDroppedAndTheNextOnesGoOn(int? responses)
    {
        await using DatagramStage stage = await StartAsync(listener: dns => dns.Responses = responses);
        stage.Backends[0].Silent();
        MemoryDatagramClient client = stage.Client();

        client.Send(new byte[65_507 - 27]);
        client.Send(new byte[65_507 - 28]);

        Assert.Equal([65_507], stage.Backends[0].Received.Select(datagram => datagram.Bytes.Length));
        Assert.Equal(1, stage.Dropped(DropReason.TooLarge));
        Assert.Equal((1L, 65_507L - 28), (stage.Status.Listeners[0].Datagrams!.ToBackends, stage.Status.Listeners[0].Datagrams!.BytesToBackends));
    }

    [Fact]
    public async Task SendProxy_ReloadTurnsItOnAndOff_FlowsKeepWhatTheyBeganWith()
    {
        LoadBalancerOptions? options = null;
        await using DatagramStage stage = await StartAsync(builder: under => under.Configure(all => options = all));
        MemoryDatagramClient[] clients = [.. Enumerable.Range(0, 3).Select(_ => stage.Client())];
        for (int i = 0; i < clients.Length; i++)
        {
            options!.Pools["site"].SendProxy = i == 1 ? ProxyVersion.Off : ProxyVersion.V2;
            await stage.Balancer.ApplyAsync(options);
            clients[i].Send("q");
        }

        clients[0].Send("r");
        clients[1].Send("r");

        byte[][] headers = [Header(clients[0], DatagramStage.Listener), [], Header(clients[2], DatagramStage.Listener)];
        Assert.Equal<byte[]>(
            [[.. headers[0], .. "q"u8], "q"u8.ToArray(), [.. headers[2], .. "q"u8], [.. headers[0], .. "r"u8], "r"u8.ToArray()],
            Received(stage.Backends[0]));
    }

    private static byte[] Header(MemoryDatagramClient client, string listener) =>
        Headers.Binary(0x21, 0x12, Headers.Addresses(client.LocalEndPoint.ToString(), listener));

    private static IEnumerable<byte[]> Received(MemoryDatagramBackend backend) => backend.Received.Select(datagram => datagram.Bytes.ToArray());

    private static Task<DatagramStage> StartAsync(
        int backends = 1, Action<ListenerOptions>? listener = null, Action<LoadBalancerBuilder>? builder = null) =>
        DatagramStage.StartAsync(backends, listener, pool => pool.SendProxy = ProxyVersion.V2, builder);
}
