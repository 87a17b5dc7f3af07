// SPDX-License-Identifier: MIT
using LbEngine.Admission;
using LbEngine.Configuration;
using LbEngine.Control;
using LbEngine.Control.Succession;
using LbEngine.Lifecycle;
using LbEngine.Observability;
using LbEngine.Tables;
using LbEngine.Testing;
using LbEngine.Tests.Inspection.ProxyProtocol;
using LbEngine.Tests.Transport.Memory;

namespace LbEngine.Tests.Forwarding;

/// <summary>A UDP listener whose datagrams begin with a PROXY header.</summary>
public sealed class AcceptDatagramHeaderTests
{
    private const string InFront = "10.0.0.9:1000";
    private const string AlsoInFront = "10.0.0.10:1000";
    private const string Alice = "192.0.2.101:5000";
    private const string Bob = "192.0.2.102:5000";

    [Fact]
    public async Task Header_TwoClientsBehindOneSocket_AreTwoFlowsWhoseRepliesGoBackThroughIt()
    {
        await using DatagramStage stage = await StartAsync();
        MemoryDatagramClient inFront = stage.Client(InFront);
        foreach (string client in (string[])[Alice, Bob, Alice])
        {
            inFront.Send(From(client, client[..11]));
        }

        Assert.Equal([$"0{Alice[..11]}", $"0{Bob[..11]}", $"0{Alice[..11]}"], inFront.ReceivedTexts);
        Assert.Equal(2, stage.Backends[0].Received.DistinctBy(datagram => datagram.From.Port).Count());
        Assert.Equal(
            [(Alice, InFront), (Bob, InFront)],
            stage.Balancer.GetConnections().Select(flow => (flow.Client.ToString(), $"{flow.Peer}")).Order());
    }

    [Fact]
    public async Task Header_OneClientBehindTwoSockets_EachGetsItsOwnReplies()
    {
        await using DatagramStage stage = await StartAsync();
        MemoryDatagramClient[] inFront = [stage.Client(InFront), stage.Client(AlsoInFront)];
        for (int i = 0; i < 4; i++)
        {
            inFront[i % 2].Send(From(Alice, $"{i}"));
        }

        Assert.Equal(["00", "02"], inFront[0].ReceivedTexts);
        Assert.Equal(["01", "03"], inFront[1].ReceivedTexts);
        Assert.Equal(2, stage.Status.ActiveConnections);
    }

    [Theory]
    [InlineData(0x20, 0x00)]
    [InlineData(0x20, 0x12)]
    [InlineData(0x21, 0x00)]
    public async Task Header_NamesNobody_ClientIsWhoHasSentIt(byte command, byte family)
    {
        await using DatagramStage stage = await StartAsync();
        MemoryDatagramClient inFront = stage.Client(InFront);

        inFront.Send([.. Headers.Binary(command, family, [1, 2, 3]), .. "check"u8]);

        Assert.Equal(["0check"], inFront.ReceivedTexts);
        ConnectionStatus flow = Assert.Single(stage.Balancer.GetConnections());
        Assert.Equal((InFront, null), (flow.Client.ToString(), flow.Peer));
    }

    [Fact]
    public async Task Header_NothingBehindIt_AnEmptyDatagramGoesOn()
    {
        await using DatagramStage stage = await StartAsync();

        stage.Client(InFront).Send(From(Alice, ""));

        Assert.Equal([0], stage.Backends[0].Received.Select(datagram => datagram.Bytes.Length));
    }

    [Fact]
    public async Task Sender_IsNotTrusted_DatagramIsDroppedAndCounted()
    {
        await using DatagramStage stage = await StartAsync();

        stage.Client("198.51.100.7").Send(From(Alice, "q"));

        Assert.Empty(stage.Backends[0].Received);
        Assert.Equal((1L, 1L), (stage.Rejected(RejectReason.UntrustedProxy), stage.Dropped(DropReason.Rejected)));
        Assert.Equal((1L, 1L), (stage.Status.Listeners[0].AcceptedConnections, stage.Status.Listeners[0].RejectedConnections));
    }

    [Fact]
    public async Task Sender_IsNotTrustedAndIgnored_ItsHeaderIsSkippedAndRequired()
    {
        await using DatagramStage stage = await StartAsync(accept: accept => accept.Untrusted = UntrustedProxyBehaviour.Ignore);
        MemoryDatagramClient client = stage.Client("198.51.100.7");

        client.Send(From(Alice, "q"));
        client.Send("q");

        Assert.Equal(["0q"], client.ReceivedTexts);
        Assert.Equal(client.LocalEndPoint, Assert.Single(stage.Balancer.GetConnections()).Client);
        Assert.Equal(1, stage.Rejected(RejectReason.BadProxyHeader));
    }

    [Fact]
    public async Task Header_IsNone_DatagramIsDroppedAndTheFlowGoesOn()
    {
        await using DatagramStage stage = await StartAsync();
        MemoryDatagramClient inFront = stage.Client(InFront);
        inFront.Send(From(Alice, "1"));
        byte[] whole = From(Alice, "");
        byte[][] wrong =
        [
            [],
            "hello"u8.ToArray(),
            [.. Headers.Text("PROXY UDP4 192.0.2.1 198.51.100.7 56324 443"), 1],
            [.. Headers.Text("PROXY TCP4 192.0.2.1 198.51.100.7 56324 443"), 1],
            [.. Headers.Text("PROXY UNKNOWN"), 1],
            whole[..^1],
            [.. Headers.Binary(0x21, 0x12, new byte[11]), 1],
            [.. Headers.Binary(0x22, 0x12, Headers.Addresses(Headers.Source, Headers.Destination)), 1],
            Headers.Binary(0x21, 0x12, Headers.Addresses(Headers.Source, Headers.Destination), length: 13),
        ];

        Array.ForEach(wrong, bytes => inFront.Send(bytes));
        inFront.Send(From(Alice, "2"));

        Assert.Equal(["01", "02"], inFront.ReceivedTexts);
        Assert.Equal(wrong.Length, stage.Rejected(RejectReason.BadProxyHeader));
        Assert.Single(stage.Balancer.GetConnections());
    }

    [Fact]
    public async Task Header_PoolSendsOneToo_BackendIsToldWhatItSays()
    {
        await using DatagramStage stage = await StartAsync(pool: pool => pool.SendProxy = ProxyVersion.V2);
        byte[] whole = From(Alice, "q");

        stage.Client(InFront).Send(whole);

        Assert.Equal(whole, stage.Backends[0].Received[0].Bytes.ToArray());
    }

    [Fact]
    public async Task Header_NobodyAnswers_ItIsSkippedAndTheClientIsWhoItNames()
    {
        await using DatagramStage stage = await StartAsync(
            backends: 3, listener: dns => dns.Responses = 0, pool: pool => pool.Affinity = new AffinityOptions());
        MemoryDatagramClient inFront = stage.Client(InFront);
        for (int i = 0; i < 6; i++)
        {
            inFront.Send(From(i % 2 == 0 ? Alice : Bob, $"{i % 2}"));
        }

        Assert.Equal(
            ["0,0,0", "1,1,1"],
            stage.Backends.Select(backend => string.Join(',', backend.ReceivedTexts)).Where(texts => texts.Length > 0).Order());
    }

    [Fact]
    public async Task Header_FirstBackendRefuses_TheNextOneGetsWhatIsBehindIt()
    {
        await using DatagramStage stage = await StartAsync(backends: 2);
        stage.Backends[0].Refuse();
        MemoryDatagramClient inFront = stage.Client(InFront);

        inFront.Send(From(Alice, "a"));
        inFront.Send(From(Bob, "b"));

        Assert.Equal(["1a", "1b"], inFront.ReceivedTexts);
    }

    [Fact]
    public async Task Client_LimitsListsAndRates_GoByWhoTheHeaderNames()
    {
        await using DatagramStage stage = await StartAsync(listener: dns =>
        {
            dns.MaxConnectionsPerClient = 1;
            dns.Deny.Add("192.0.2.102");
            dns.Rate = new RateOptions { PerClient = "2/h", Burst = 2 };
        });
        MemoryDatagramClient inFront = stage.Client(InFront);
        foreach (string client in (string[])[Alice, "192.0.2.101:5001", "192.0.2.101:5002", "192.0.2.103:5000", Bob])
        {
            inFront.Send(From(client, client));
        }

        Assert.Equal([$"0{Alice}", "0192.0.2.103:5000"], inFront.ReceivedTexts);
        Assert.Equal(
            (1L, 1L, 1L), (stage.Rejected(RejectReason.ClientLimit), stage.Rejected(RejectReason.RateLimit), stage.Rejected(RejectReason.Denied)));
    }

    [Fact]
    public async Task Client_HasMoreRequestsThanAFlow_EachNextFlowIsItsOwnToo()
    {
        await using DatagramStage stage = await StartAsync(listener: dns => dns.Requests = 2);
        stage.Backends[0].Silent();
        MemoryDatagramClient inFront = stage.Client(InFront);
        for (int i = 0; i < 10; i++)
        {
            inFront.Send(From(i % 2 == 0 ? Alice : Bob, "q"));
        }

        Assert.Equal(6, stage.Status.ActiveConnections);
        Assert.All(stage.Balancer.GetConnections(), flow => Assert.Equal(InFront, $"{flow.Peer}"));
        foreach (MemoryDatagram datagram in stage.Backends[0].Received)
        {
            datagram.Reply("a");
        }

        Assert.Equal(10, inFront.Received.Count);
    }

    [Fact]
    public async Task Reload_TurnsItOnAndOff_CountsFromTheNextDatagramOn()
    {
        LoadBalancerOptions? options = null;
        await using DatagramStage stage = await DatagramStage.StartAsync(builder: under => under.Configure(all => options = all));
        MemoryDatagramClient inFront = stage.Client(InFront);
        inFront.Send("plain");
        options!.Listeners["dns"].AcceptProxy = new AcceptProxyOptions { Trusted = { "10.0.0.0/24" } };
        await stage.Balancer.ApplyAsync(options);
        inFront.Send("plain");
        inFront.Send(From(Alice, "with"));
        options.Listeners["dns"].AcceptProxy = null;
        await stage.Balancer.ApplyAsync(options);
        inFront.Send("plain again");

        Assert.Equal(["0plain", "0with", "0plain again"], inFront.ReceivedTexts);
        Assert.Equal(1, stage.Rejected(RejectReason.BadProxyHeader));
        Assert.Equal(["", InFront], stage.Balancer.GetConnections().Select(flow => $"{flow.Peer}").Order());
    }

    [Fact]
    public async Task TakeOver_ClientBehindAHeader_KeepsItsBackendWhoeverBringsItThen()
    {
        await using DatagramStage stage = await StartAsync(backends: 2);
        stage.Client(InFront).Send(From(Alice, "a"));
        stage.Client(AlsoInFront).Send(From(Bob, "b"));
        EngineParts parts = MemoryStage.PartsOf(stage.Balancer);

        byte[] written = FlowMemory.Write(parts.Traffic.Table, parts.Model, stage.Time);
        IReadOnlyDictionary<FlowKey, HandedFlow> read = FlowMemory.Read(written, parts.Model.Listeners, nowMilliseconds: 0);

        string ofAlice = stage.Backends[0].ReceivedTexts[0] == "a" ? "b0" : "b1";
        Assert.Equal([Alice, Bob], read.Keys.Select(key => $"{key.Client}").Order());
        Assert.Equal(ofAlice, read[new FlowKey(Headers.Key(Alice), 0)].Backend);
        Assert.NotEqual(ofAlice, read[new FlowKey(Headers.Key(Bob), 0)].Backend);
    }

    private static byte[] From(string client, string text) =>
        [.. Headers.Binary(0x21, 0x12, Headers.Addresses(client, "203.0.113.53:53")), .. System.Text.Encoding.UTF8.GetBytes(text)];

    private static Task<DatagramStage> StartAsync(
        int backends = 1,
        Action<AcceptProxyOptions>? accept = null,
        Action<ListenerOptions>? listener = null,
        Action<BackendPoolOptions>? pool = null) => DatagramStage.StartAsync(
            backends,
            dns =>
            {
                dns.AcceptProxy = new AcceptProxyOptions { Trusted = { "10.0.0.0/24" } };
                accept?.Invoke(dns.AcceptProxy);
                listener?.Invoke(dns);
            },
            pool);
}
