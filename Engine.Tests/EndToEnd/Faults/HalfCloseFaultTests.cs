// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Observability;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Harness.Streams;

namespace LbEngine.Tests.EndToEnd.Faults;

/// <summary>One side has ended, or both have: what the engine counts, and that it does not wait for ever.</summary>
public sealed class HalfCloseFaultTests : EndToEndTest
{
    private const int Bulk = 10 * 1024 * 1024;

    [Theory]
    [MemberData(nameof(Transports.BothOverBothVersions), MemberType = typeof(Transports))]
    public async Task ClientHalfCloses_BackendSendsBulk_EverythingArrivesAndItCompletes(TransportKind transport, string address)
    {
        (EngineBalancer balancer, Peer client, Peer server) = await EnginePair.OpenAsync(Stage, transport, address);
        client.HalfClose();
        Observation backendSaw = await server.ReceiveToEndAsync();

        Task<Observation> clientSaw = client.ReceiveToEndAsync();
        await server.SendAsync(Bulk);
        server.HalfClose();

        Assert.Equal(new Observation(0, null, PeerEnd.Fin), backendSaw);
        Assert.Equal(new Observation(Bulk, null, PeerEnd.Fin), await clientSaw);
        await balancer.WaitForOnlyCloseAsync(CloseReason.Completed);
    }

    [Theory]
    [MemberData(nameof(Transports.BothOverBothVersions), MemberType = typeof(Transports))]
    public async Task BackendHalfCloses_ClientSendsBulk_EverythingArrivesAndItCompletes(TransportKind transport, string address)
    {
        (EngineBalancer balancer, Peer client, Peer server) = await EnginePair.OpenAsync(Stage, transport, address);
        server.HalfClose();
        Observation clientSaw = await client.ReceiveToEndAsync();

        Task<Observation> backendSaw = server.ReceiveToEndAsync();
        await client.SendAsync(Bulk);
        client.HalfClose();

        Assert.Equal(new Observation(0, null, PeerEnd.Fin), clientSaw);
        Assert.Equal(new Observation(Bulk, null, PeerEnd.Fin), await backendSaw);
        await balancer.WaitForOnlyCloseAsync(CloseReason.Completed);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task BothHalfClose_AtTheSameMomentManyTimes_EachCompletesOnce(TransportKind transport)
    {
        const int Rounds = 50;
        ScriptedBackend backend = Stage.AddBackend();
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, BalancerSettings.For(backend.EndPoint));

        for (int round = 0; round < Rounds; round++)
        {
            Peer client = await Stage.ConnectAsync(balancer, round);
            await client.SendAsync(1000 + round);
            Peer server = await Stage.AcceptAsync(backend, round);
            await server.SendAsync(2000 + round);
            Parallel.Invoke(client.HalfClose, server.HalfClose);

            Assert.Equal(new Observation(2000 + round, null, PeerEnd.Fin), await client.ReceiveToEndAsync());
            Assert.Equal(new Observation(1000 + round, null, PeerEnd.Fin), await server.ReceiveToEndAsync());
        }

        await balancer.WaitForOnlyCloseAsync(CloseReason.Completed, Rounds);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task ClientHalfCloses_BackendSilent_EndsAtTheHalfCloseTimeout(TransportKind transport)
    {
        ScriptedBackend backend = Stage.AddBackend();
        BalancerSettings settings = BalancerSettings.For(backend.EndPoint) with { HalfCloseTimeout = TimeSpan.FromSeconds(1) };
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, settings);
        (Peer client, Peer server) = await Stage.OpenPairAsync(balancer, backend);
        long start = Environment.TickCount64;
        client.HalfClose();
        await server.ReceiveToEndAsync();

        Observation clientSaw = await client.ReceiveToEndAsync();
        await balancer.WaitForOnlyCloseAsync(CloseReason.HalfCloseTimeout);

        Assert.InRange(Environment.TickCount64 - start, 950, 3000);
        Assert.NotEqual(PeerEnd.Open, clientSaw.End);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task BackendHalfCloses_ClientSilent_EndsAtTheHalfCloseTimeout(TransportKind transport)
    {
        ScriptedBackend backend = Stage.AddBackend();
        BalancerSettings settings = BalancerSettings.For(backend.EndPoint) with { HalfCloseTimeout = TimeSpan.FromSeconds(1) };
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, settings);
        (Peer client, Peer server) = await Stage.OpenPairAsync(balancer, backend);
        server.HalfClose();
        await client.ReceiveToEndAsync();

        Observation backendSaw = await server.ReceiveToEndAsync();

        Assert.NotEqual(PeerEnd.Open, backendSaw.End);
        await balancer.WaitForOnlyCloseAsync(CloseReason.HalfCloseTimeout);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task ClientHalfClosesBehindBlockedBytes_BackendSilent_EndsAtTheTimeoutWithoutSpinning(TransportKind transport)
    {
        // Half-closed, buffers full, timer due: the combination that made others spin.
        ScriptedBackend backend = Stage.AddBackend();
        BalancerSettings settings = BalancerSettings.For(backend.EndPoint) with { HalfCloseTimeout = TimeSpan.FromSeconds(2), IdleTimeout = TimeSpan.FromSeconds(2) };
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, settings);
        (Peer client, Peer server) = await Stage.OpenPairAsync(balancer, backend);
        client.SendUntilBlocked(256L * 1024 * 1024, TimeSpan.FromMilliseconds(200));
        client.HalfClose();
        TimeSpan before = Environment.CpuUsage.TotalTime;

        await Waiting.UntilAsync(() => balancer.Status.Closed.Count > 0, "the blocked connection ends");

        Assert.InRange(Environment.CpuUsage.TotalTime - before, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        LoadBalancerStatus status = balancer.Status;
        Assert.Contains(Assert.Single(status.Closed).Key, new[] { CloseReason.IdleTimeout, CloseReason.HalfCloseTimeout });
        _ = server;
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task ClientSendsAndHalfCloses_BackendStillConnecting_NothingIsLost(TransportKind transport)
    {
        ScriptedBackend backend = Stage.AddBackend(backlog: 0);
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, BalancerSettings.For(backend.EndPoint));
        await backend.FillBacklogAsync();
        Peer client = await Stage.ConnectAsync(balancer);
        await client.SendAsync(60_000);
        client.HalfClose();
        await Waiting.UntilAsync(() => balancer.Engine.GetConnections().Any(c => c.Phase == ConnectionPhase.Connecting), "the connection waits for its backend");

        await backend.ReleaseBacklogAsync();
        Peer server = await Stage.AcceptAsync(backend);
        Observation backendSaw = await server.ReceiveToEndAsync();
        server.HalfClose();

        Assert.Equal(new Observation(60_000, null, PeerEnd.Fin), backendSaw);
        Assert.Equal(new Observation(0, null, PeerEnd.Fin), await client.ReceiveToEndAsync());
        await balancer.WaitForOnlyCloseAsync(CloseReason.Completed);
    }
}
