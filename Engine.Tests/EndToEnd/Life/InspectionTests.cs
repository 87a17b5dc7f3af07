// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using LbEngine.Configuration;
using LbEngine.Connections;
using LbEngine.Control.Model;
using LbEngine.Lifecycle;
using LbEngine.Observability;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Harness.Streams;
using LbEngine.Tests.Transport.Memory;

namespace LbEngine.Tests.EndToEnd.Life;

/// <summary>
/// A listener that reads a line from each client before it is placed, over real sockets. What follows the line, and the line where
/// it is not skipped, arrives whole.
/// </summary>
public sealed class InspectionTests : EndToEndTest
{
    // Logged when accepting has stopped.
    private const int DrainStartedId = 104;

    private static readonly byte[] Line = HeaderInspection.Line("other");

    [Theory]
    [MemberData(nameof(BothSkippingAndNot))]
    public async Task Inspect_SplitAtEveryByte_ReachesTheNamedPoolUnaltered(TransportKind transport, bool skips)
    {
        (EngineBalancer balancer, ScriptedBackend other) = await StartAsync(transport);
        for (int split = 1; split < Line.Length; split++)
        {
            HeaderInspection inspection = Inspect(balancer, skips);
            using Peer client = await Peer.ConnectAsync(balancer.EndPoint);
            await SendAsync(client, Line.AsMemory(0, split));
            await Waiting.UntilAsync(() => inspection.MostSeen == split, $"the engine has seen {split} bytes of the line");
            await SendAsync(client, Line.AsMemory(split));
            await client.SendAsync(1000);
            client.HalfClose();

            using Peer server = await other.AcceptAsync();
            Assert.Equal(skips ? "" : "to:other\n", await ReceiveLineAsync(server, skips));
            Assert.Equal(new Observation(1000, null, PeerEnd.Fin), await server.ReceiveToEndAsync());
            await server.SendAsync(1000);
            server.HalfClose();
            Assert.Equal(new Observation(1000, null, PeerEnd.Fin), await client.ReceiveToEndAsync());
        }

        await balancer.WaitForOnlyCloseAsync(CloseReason.Completed, Line.Length - 1);
    }

    [Theory]
    [MemberData(nameof(BothSkippingAndNot))]
    public async Task Inspect_SentWithTheStreamAndItsFinInOneSegment_ArrivesWhole(TransportKind transport, bool skips)
    {
        (EngineBalancer balancer, ScriptedBackend other) = await StartAsync(transport);
        Inspect(balancer, skips);
        Peer client = await Stage.ConnectAsync(balancer);
        if (OperatingSystem.IsLinux())
        {
            // TCP_CORK: nothing leaves before the FIN does.
            client.Socket.SetRawSocketOption(6, 3, BitConverter.GetBytes(1));
        }

        await SendAsync(client, Line);
        await client.SendAsync(500);
        client.HalfClose();
        Peer server = await Stage.AcceptAsync(other);

        Assert.Equal(skips ? "" : "to:other\n", await ReceiveLineAsync(server, skips));
        Assert.Equal(new Observation(500, null, PeerEnd.Fin), await server.ReceiveToEndAsync());
        server.HalfClose();
        Assert.Equal(PeerEnd.Fin, (await client.ReceiveToEndAsync()).End);
        await balancer.WaitForOnlyCloseAsync(CloseReason.Completed);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Inspect_LongStreamBehindTheLine_ArrivesWhole(TransportKind transport)
    {
        const int Length = 4 * 1024 * 1024;
        (EngineBalancer balancer, ScriptedBackend other) = await StartAsync(transport);
        Inspect(balancer);
        Peer client = await Stage.ConnectAsync(balancer);
        await SendAsync(client, Line);
        Task sending = client.SendAsync(Length);
        Peer server = await Stage.AcceptAsync(other);
        Task answering = server.SendAsync(Length);
        await Task.WhenAll(server.ReceiveAsync(Length), client.ReceiveAsync(Length), sending, answering);
        client.HalfClose();
        server.HalfClose();

        Assert.Equal(PeerEnd.Fin, (await client.ReceiveToEndAsync()).End);
        await balancer.WaitForOnlyCloseAsync(CloseReason.Completed);
    }

    [Theory]
    [MemberData(nameof(SilentOrDripping))]
    public async Task Inspect_LineNeverComes_IsTurnedAwayWhenTheTimeSinceTheAcceptIsOver(TransportKind transport, bool drips)
    {
        TimeSpan timeout = TimeSpan.FromMilliseconds(500);
        (EngineBalancer balancer, _) = await StartAsync(transport, settings => settings with { InspectTimeout = timeout });
        HeaderInspection inspection = Inspect(balancer);
        long start = Stopwatch.GetTimestamp();
        Peer client = await Stage.ConnectAsync(balancer);
        if (drips)
        {
            for (int sent = 1; sent < Line.Length; sent++)
            {
                await SendAsync(client, Line.AsMemory(sent - 1, 1));
                await Waiting.UntilAsync(() => inspection.MostSeen >= sent, $"the engine has seen {sent} bytes of the line");
            }
        }

        Observation seen = await client.ReceiveToEndAsync();

        Assert.Equal(PeerEnd.Rst, seen.End);
        Assert.InRange(Stopwatch.GetElapsedTime(start), timeout - TimeSpan.FromMilliseconds(60), Waiting.DefaultLimit);
        await Waiting.UntilAsync(() => balancer.Rejected(RejectReason.InspectTimeout) == 1, "the refusal is counted");
        Assert.Empty(balancer.Status.Closed);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Inspect_SomethingElseIsSent_IsTurnedAwayAtOnce(TransportKind transport)
    {
        (EngineBalancer balancer, _) = await StartAsync(transport);
        Inspect(balancer);
        Peer client = await Stage.ConnectAsync(balancer);
        await SendAsync(client, "GET / HTTP/1.1\r\n"u8.ToArray());

        Assert.Equal(PeerEnd.Rst, (await client.ReceiveToEndAsync()).End);
        await Waiting.UntilAsync(() => balancer.Rejected(RejectReason.InspectionFailed) == 1, "the refusal is counted");
    }

    [Theory]
    [MemberData(nameof(WaysToLeave))]
    public async Task Inspect_ClientLeavesBeforeItIsDecided_EndsAsAborted(TransportKind transport, string way)
    {
        (EngineBalancer balancer, _) = await StartAsync(transport);
        HeaderInspection inspection = Inspect(balancer);
        Peer client = await Stage.ConnectAsync(balancer);
        if (way.StartsWith("half a line", StringComparison.Ordinal))
        {
            await SendAsync(client, Line.AsMemory(0, 4));
            await Waiting.UntilAsync(() => inspection.MostSeen == 4, "the engine has seen half of the line");
        }
        else
        {
            await Waiting.UntilAsync(() => balancer.Status.ActiveConnections == 1, "the client has arrived");
        }

        if (way.EndsWith("RST", StringComparison.Ordinal))
        {
            client.Reset();
        }
        else
        {
            client.HalfClose();
            Assert.Equal(PeerEnd.Rst, (await client.ReceiveToEndAsync()).End);
        }

        await balancer.WaitForOnlyCloseAsync(CloseReason.ClientAborted);
    }

    [Theory]
    [MemberData(nameof(BothSkippingAndNot))]
    public async Task Inspect_FirstBackendRefuses_NextOneGetsEveryByte(TransportKind transport, bool skips)
    {
        ClosedPort closed = Stage.Own(new ClosedPort());
        (EngineBalancer balancer, ScriptedBackend other) = await StartAsync(transport, first: closed.EndPoint);
        Inspect(balancer, skips);
        Peer client = await Stage.ConnectAsync(balancer);
        await SendAsync(client, Line);
        await client.SendAsync(20_000);
        client.HalfClose();
        Peer server = await Stage.AcceptAsync(other);

        Assert.Equal(skips ? "" : "to:other\n", await ReceiveLineAsync(server, skips));
        Assert.Equal(new Observation(20_000, null, PeerEnd.Fin), await server.ReceiveToEndAsync());
        server.HalfClose();
        await balancer.WaitForOnlyCloseAsync(CloseReason.Completed);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Inspect_ListenerFull_OthersWaitUntilTheSilentOneIsTurnedAway(TransportKind transport)
    {
        (EngineBalancer balancer, ScriptedBackend other) = await StartAsync(
            transport, settings => settings with { ListenerMaxConnections = 1, InspectTimeout = TimeSpan.FromMilliseconds(500) });
        Inspect(balancer);
        Peer silent = await Stage.ConnectAsync(balancer);
        await Waiting.UntilAsync(() => balancer.Status.ActiveConnections == 1, "the silent client has arrived");
        Peer client = await Stage.ConnectAsync(balancer);
        await SendAsync(client, Line);
        await client.SendAsync(10);

        Peer server = await Stage.AcceptAsync(other);
        await server.ReceiveAsync(10);

        Assert.Equal(PeerEnd.Rst, (await silent.ReceiveToEndAsync()).End);
        Assert.Equal(1, balancer.Rejected(RejectReason.InspectTimeout));
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Established_BackendSpeaksFirstBehindTheLine_PoolIsNotTakenForOneWhoseClientsDo(TransportKind transport)
    {
        (EngineBalancer balancer, ScriptedBackend other) = await StartAsync(transport);
        Inspect(balancer);
        for (int i = 0; i < 20; i++)
        {
            using Peer client = await Peer.ConnectAsync(balancer.EndPoint);
            await SendAsync(client, Line);
            using Peer server = await other.AcceptAsync();
            await server.SendAsync(10);
            await client.ReceiveAsync(10);
            await client.SendAsync(10);
            await server.ReceiveAsync(10);
        }

        Assert.False(Model(balancer).FindPool("other")!.FirstSpeaker.IsClient);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Drain_ClientIsInspected_IsPlacedWhenItHasSpoken(TransportKind transport)
    {
        (EngineBalancer balancer, ScriptedBackend other) = await StartAsync(transport);
        HeaderInspection inspection = Inspect(balancer);
        Peer client = await Stage.ConnectAsync(balancer);
        await SendAsync(client, Line.AsMemory(0, 4));
        await Waiting.UntilAsync(() => inspection.MostSeen == 4, "the engine has seen half of the line");

        Task drain = balancer.Engine.DrainAsync();
        await Waiting.UntilAsync(() => balancer.Log.Lines.Any(line => line.Id == DrainStartedId), "the engine says that it drains");
        await SendAsync(client, Line.AsMemory(4));
        await client.SendAsync(10);
        Peer server = await Stage.AcceptAsync(other);
        await server.ReceiveAsync(10);
        client.Dispose();
        server.Dispose();
        await drain.WaitAsync(Waiting.DefaultLimit);

        await balancer.WaitForOnlyCloseAsync(CloseReason.Completed);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Reload_TakesTheListenerAway_ClientThatHasArrivedIsServed(TransportKind transport)
    {
        (EngineBalancer balancer, ScriptedBackend other) = await StartAsync(transport);
        HeaderInspection inspection = Inspect(balancer);
        Peer client = await Stage.ConnectAsync(balancer);
        await SendAsync(client, Line.AsMemory(0, 4));
        await Waiting.UntilAsync(() => inspection.MostSeen == 4, "the engine has seen half of the line");

        LoadBalancerOptions next = balancer.Engine.GetConfiguration();
        next.Listeners.Clear();
        next.Listeners.Add("elsewhere", new ListenerOptions { Bind = "127.0.0.1:0", Pool = "site" });
        await balancer.Engine.ApplyAsync(next);
        await SendAsync(client, Line.AsMemory(4));
        await client.SendAsync(10);
        Peer server = await Stage.AcceptAsync(other);
        await server.ReceiveAsync(10);
        server.HalfClose();
        client.HalfClose();

        await balancer.WaitForOnlyCloseAsync(CloseReason.Completed);
    }

    [Theory]
    [MemberData(nameof(SilentOrDripping))]
    public async Task Dispose_ClientIsInspected_EndsItInOrderUnlessItHasSpoken(TransportKind transport, bool hasSpoken)
    {
        (EngineBalancer balancer, _) = await StartAsync(transport);
        HeaderInspection inspection = Inspect(balancer);
        Peer client = await Stage.ConnectAsync(balancer);
        if (hasSpoken)
        {
            await SendAsync(client, Line.AsMemory(0, 4));
            await Waiting.UntilAsync(() => inspection.MostSeen == 4, "the engine has seen half of the line");
        }

        await Waiting.UntilAsync(() => balancer.Status.ActiveConnections == 1, "the client has arrived");

        await balancer.Engine.DisposeAsync();

        Assert.Equal(hasSpoken ? PeerEnd.Rst : PeerEnd.Fin, (await client.ReceiveToEndAsync()).End);
        await balancer.WaitForOnlyCloseAsync(CloseReason.Stopped);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task GetConnections_InspectedThenPlaced_ShowsThePhaseThenTheRealClient(TransportKind transport)
    {
        (EngineBalancer balancer, ScriptedBackend other) = await StartAsync(transport);
        Inspect(balancer);
        Peer client = await Stage.ConnectAsync(balancer);
        await Waiting.UntilAsync(() => balancer.Status.ActiveConnections == 1, "the client has arrived");
        ConnectionStatus before = Assert.Single(balancer.Engine.GetConnections());
        await SendAsync(client, HeaderInspection.Line("other", "203.0.113.9:1234"));
        await Stage.AcceptAsync(other);
        await Waiting.UntilAsync(
            () => balancer.Engine.GetConnections().Single().Phase == ConnectionPhase.Relaying, "the connection is relayed");
        ConnectionStatus after = Assert.Single(balancer.Engine.GetConnections());
        bool isClosed = await balancer.Engine.CloseConnectionAsync(after.Id);

        Assert.Equal((ConnectionPhase.Inspecting, "", ""), (before.Phase, before.Pool, before.Backend));
        Assert.Equal((before.Id, "203.0.113.9:1234", "other"), (after.Id, after.Client.ToString(), after.Pool));
        Assert.True(isClosed);
        Assert.Equal(PeerEnd.Rst, (await client.ReceiveToEndAsync()).End);
    }

    public static TheoryData<TransportKind, bool> BothSkippingAndNot() => Transports.BothWith(true, false);

    public static TheoryData<TransportKind, bool> SilentOrDripping() => Transports.BothWith(false, true);

    public static TheoryData<TransportKind, string> WaysToLeave() =>
        Transports.BothWith("nothing, then FIN", "nothing, then RST", "half a line, then FIN", "half a line, then RST");

    private async Task<(EngineBalancer Balancer, ScriptedBackend Other)> StartAsync(
        TransportKind transport, Func<BalancerSettings, BalancerSettings>? change = null, IPEndPoint? first = null)
    {
        ScriptedBackend site = Stage.AddBackend();
        ScriptedBackend other = Stage.AddBackend();
        var others = new List<BackendSetting>();
        if (first is not null)
        {
            others.Add(new BackendSetting("o0", first.ToString()));
        }

        others.Add(new BackendSetting("o1", other.EndPoint.ToString()));
        BalancerSettings settings = BalancerSettings.For(site.EndPoint) with { Others = others };
        return (await Stage.StartEngineAsync(transport, change?.Invoke(settings) ?? settings), other);
    }

    private static HeaderInspection Inspect(EngineBalancer balancer, bool skips = true)
    {
        EngineModel model = Model(balancer);
        var inspection = new HeaderInspection(model.FindPool, skips);
        model.Listeners[0].Inspection = inspection;
        return inspection;
    }

    private static EngineModel Model(EngineBalancer balancer) => MemoryStage.PartsOf(balancer.Engine).Model;

    private static async Task SendAsync(Peer client, ReadOnlyMemory<byte> bytes) =>
        Assert.Equal(bytes.Length, await Waiting.ForAsync(token => client.Socket.SendAsync(bytes, SocketFlags.None, token), "the line to be sent"));

    /// <summary>The line as the backend gets it; nothing where it is skipped.</summary>
    private static async Task<string> ReceiveLineAsync(Peer server, bool skips)
    {
        var bytes = new byte[skips ? 0 : Line.Length];
        for (int count = 0; count < bytes.Length;)
        {
            count += await Waiting.ForAsync(token => server.Socket.ReceiveAsync(bytes.AsMemory(count), SocketFlags.None, token), "the line to arrive");
        }

        return System.Text.Encoding.ASCII.GetString(bytes);
    }
}
