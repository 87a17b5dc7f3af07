// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Processes;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Harness.Streams;

namespace LbEngine.Tests.EndToEnd.Faults;

/// <summary>One side drops the connection.</summary>
public sealed class ResetFaultTests : EndToEndTest
{
    private const int Rounds = 5;

    [Theory]
    [MemberData(nameof(Transports.BothOverBothVersions), MemberType = typeof(Transports))]
    public async Task ClientResets_MidStream_BackendIsResetWithin100Milliseconds(TransportKind transport, string address)
    {
        var own = IPAddress.Parse(address);
        ScriptedBackend backend = Stage.AddBackend(own);
        BalancerSettings settings = BalancerSettings.For(backend.EndPoint) with { Bind = new IPEndPoint(own, 0).ToString() };
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, settings);
        var delays = new List<TimeSpan>();
        for (int round = 0; round < Rounds; round++)
        {
            (Peer client, Peer server) = await Stage.OpenPairAsync(balancer, backend, round);
            await client.SendAsync(50_000);
            await server.ReceiveAsync(50_000);

            long start = Stopwatch.GetTimestamp();
            client.Reset();
            Assert.Equal(new Observation(50_000, null, PeerEnd.Rst), await server.ReceiveToEndAsync());
            delays.Add(Stopwatch.GetElapsedTime(start));
        }

        // The best of five, because this machine may have other work at any moment.
        Assert.InRange(delays.Min(), TimeSpan.Zero, TimeSpan.FromMilliseconds(100));
        await balancer.WaitForOnlyCloseAsync(CloseReason.ClientReset, Rounds);
        Assert.Equal(0, balancer.Backend(0).Resets);
    }

    [Theory]
    [MemberData(nameof(Transports.BothOverBothVersions), MemberType = typeof(Transports))]
    public async Task BackendResets_AfterForwardedBytes_ClientGetsThemThenTheResetAndTheBackendCountsIt(TransportKind transport, string address)
    {
        (EngineBalancer balancer, Peer client, Peer server) = await EnginePair.OpenAsync(Stage, transport, address);
        await server.SendAsync(200_000);
        await client.ReceiveAsync(200_000);

        server.Reset();
        Observation clientSaw = await client.ReceiveToEndAsync();

        Assert.Equal(new Observation(200_000, null, PeerEnd.Rst), clientSaw);
        await balancer.WaitForOnlyCloseAsync(CloseReason.BackendReset);
        Assert.Equal(1, balancer.Backend(0).Resets);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task ClientResets_WhileTheBackendIsBlocked_BothAreFreed(TransportKind transport)
    {
        (EngineBalancer balancer, Peer client, Peer server) = await EnginePair.OpenAsync(Stage, transport);
        server.SendUntilBlocked(256L * 1024 * 1024, TimeSpan.FromMilliseconds(200));

        client.Reset();

        Assert.Equal(PeerEnd.Rst, (await server.ReceiveToEndAsync()).End);
        await balancer.WaitForOnlyCloseAsync(CloseReason.ClientReset);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task BackendResets_WhileTheClientIsBlocked_BothAreFreed(TransportKind transport)
    {
        (EngineBalancer balancer, Peer client, Peer server) = await EnginePair.OpenAsync(Stage, transport);
        client.SendUntilBlocked(256L * 1024 * 1024, TimeSpan.FromMilliseconds(200));

        server.Reset();

        Assert.Equal(PeerEnd.Rst, (await client.ReceiveToEndAsync()).End);
        await balancer.WaitForOnlyCloseAsync(CloseReason.BackendReset);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task BackendProcessIsKilled_MidStream_ClientIsResetAndTheNextClientGoesElsewhere(TransportKind transport)
    {
        (ChildProcess child, IPEndPoint killed) = await EchoProgram.StartDeafAsync();
        Stage.Own(child);
        ScriptedBackend other = Stage.AddBackend();
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, BalancerSettings.For(killed, other.EndPoint) with { Passive = null });
        Peer client = await Stage.ConnectAsync(balancer);

        // A backend with unread bytes: the kernel resets its connections when it is killed.
        await client.SendAsync(1000);
        await Waiting.UntilAsync(() => balancer.Engine.GetConnections().Any(c => c.BytesToBackend == 1000), "the bytes are with the backend");
        child.Kill();
        Observation first = await client.ReceiveToEndAsync();
        await balancer.WaitForOnlyCloseAsync(CloseReason.BackendReset);

        for (int round = 1; round <= Rounds; round++)
        {
            Peer next = await Stage.ConnectAsync(balancer, round);
            await next.SendAsync(100);
            Peer server = await Stage.AcceptAsync(other, round);
            await server.ReceiveAsync(100);
            await server.SendAsync(100);
            await next.ReceiveAsync(100);
        }

        Assert.Equal(PeerEnd.Rst, first.End);
        Assert.Equal(Rounds, balancer.Backend(0).ConnectFailures);
        Assert.Equal(1, balancer.Backend(0).Resets);
        Assert.Equal(Rounds, balancer.Backend(1).ActiveConnections);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task BackendProcessIsKilled_WhileEverythingIsBlocked_ClientIsReset(TransportKind transport)
    {
        // An echo whose client does not read: every queue on both ways is full, so that the backend's reset lies behind bytes
        // that wait. An engine that meets it with a send first must not make an orderly end of it.
        for (int round = 0; round < Rounds; round++)
        {
            (ChildProcess child, IPEndPoint backend) = await EchoProgram.StartAsync();
            Stage.Own(child);
            EngineBalancer balancer = await Stage.StartEngineAsync(transport, BalancerSettings.For(backend));
            Peer client = Stage.Own(new Peer(await ConnectSocketAsync(balancer.EndPoint), "the client of an echo", 1, 1));

            // Blocked, and by the echo: bytes have come to it and back. Otherwise it would have nothing unread, and its end would be FIN.
            await Waiting.UntilAsync(
                () => client.SendUntilBlocked(256L * 1024 * 1024, TimeSpan.FromMilliseconds(300)) == 0
                    && balancer.Engine.GetConnections().Single() is { BytesToBackend: > 0, BytesToClient: > 0 },
                "every queue is full");

            child.Kill();
            Observation seen = await client.ReceiveToEndAsync();

            Assert.Equal((PeerEnd.Rst, null), (seen.End, seen.FirstWrong));
            await balancer.WaitForOnlyCloseAsync(CloseReason.BackendReset);
        }
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task ClientResets_BeforeTheBackendIsConnected_EndsAsAbortedBeforeTheConnectTimeout(TransportKind transport)
    {
        ScriptedBackend backend = Stage.AddBackend(backlog: 0);
        BalancerSettings settings = BalancerSettings.For(backend.EndPoint) with { ConnectTimeout = TimeSpan.FromSeconds(30) };
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, settings);
        await backend.FillBacklogAsync();
        Peer client = await Stage.ConnectAsync(balancer);
        await Waiting.UntilAsync(() => balancer.Engine.GetConnections().Any(), "the connection waits for its backend");

        client.Reset();

        await balancer.WaitForOnlyCloseAsync(CloseReason.ClientAborted, limit: TimeSpan.FromSeconds(5));
    }

    private static async Task<Socket> ConnectSocketAsync(IPEndPoint endPoint)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(endPoint);
        return socket;
    }
}
