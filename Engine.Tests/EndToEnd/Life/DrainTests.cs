// SPDX-License-Identifier: MIT
using System.Net.Sockets;
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Observability;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Datagrams;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Harness.Streams;

namespace LbEngine.Tests.EndToEnd.Life;

/// <summary>The end of an engine, seen from both ends of its connections.</summary>
public sealed class DrainTests : EndToEndTest
{
    // Logged when accepting has stopped.
    private const int DrainStartedId = 104;

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Drain_ConnectionLives_ServesItToItsEndAndTakesNobodyNew(TransportKind transport)
    {
        ScriptedBackend backend = Stage.AddBackend();
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, BalancerSettings.For(backend.EndPoint));
        (Peer client, Peer server) = await Stage.OpenPairAsync(balancer, backend);

        Task drain = balancer.Engine.DrainAsync();
        await Waiting.UntilAsync(() => balancer.Log.Lines.Any(line => line.Id == DrainStartedId), "the engine says that it drains");
        bool isRefused = IsRefused(balancer);
        await client.SendAsync(100_000);
        await server.ReceiveAsync(100_000);
        bool waited = !drain.IsCompleted;
        client.Dispose();
        server.Dispose();
        await drain.WaitAsync(Waiting.DefaultLimit);

        Assert.True(isRefused, "A new client was accepted.");
        Assert.True(waited, "The drain ended while a connection lived.");
        await balancer.WaitForOnlyCloseAsync(CloseReason.Completed);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Drain_Delay_TakesClientsAndFlowsUntilItIsOver(TransportKind transport)
    {
        StreamEcho backend = Stage.AddStreamEcho(port: FreePort.Find(System.Net.IPAddress.Loopback).Port);
        DatagramEcho echo = Stage.AddDatagramEcho(port: backend.EndPoint.Port);
        string bind = FreePort.Find(System.Net.IPAddress.Loopback).ToString();
        var settings = new DrainOptions { Delay = TimeSpan.FromSeconds(2), Timeout = TimeSpan.Zero, Spread = TimeSpan.Zero };
        EngineBalancer balancer = await Stage.StartEngineAsync(
            transport, BalancerSettings.For(backend.EndPoint) with { Bind = bind, BothProtocols = true, Responses = 1, Drain = settings });

        Task drain = balancer.Engine.DrainAsync();
        LoadBalancerState atOnce = balancer.Status.State;
        EchoPeer client = Stage.Own(await EchoPeer.ConnectAsync(balancer.EndPoint));
        await client.EchoAsync();
        await Stage.AddClient(balancer).EchoAsync();
        bool stillTakes = !balancer.Log.Lines.Any(line => line.Id == DrainStartedId);
        await drain.WaitAsync(Waiting.DefaultLimit);

        Assert.Equal(LoadBalancerState.Draining, atOnce);
        Assert.True(stillTakes, "The delay was over too early for this test to prove anything.");
        Assert.True(IsRefused(balancer), "A new client was accepted after the delay.");
        Assert.Equal((1, 1), (backend.Accepted, echo.Received.Count));
        Assert.Equal((1, 1), (balancer.Closed(CloseReason.Drained), balancer.Closed(CloseReason.Completed)));
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Drain_ClientsInTheBacklog_AreServedAndNotReset(TransportKind transport)
    {
        const int Clients = 50;
        ScriptedBackend backend = Stage.AddBackend();
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, BalancerSettings.For(backend.EndPoint));
        var clients = new List<Peer>();
        for (int i = 0; i < Clients; i++)
        {
            clients.Add(await Stage.ConnectAsync(balancer, i));
        }

        Task drain = balancer.Engine.DrainAsync();
        foreach (Peer client in clients)
        {
            await client.SendAsync(10);
            client.HalfClose();
        }

        for (int i = 0; i < Clients; i++)
        {
            Peer server = await Stage.AcceptAsync(backend, i);
            server.HalfClose();
        }

        foreach (Peer client in clients)
        {
            Assert.Equal(PeerEnd.Fin, (await client.ReceiveToEndAsync()).End);
        }

        await drain.WaitAsync(Waiting.DefaultLimit);
        await balancer.WaitForOnlyCloseAsync(CloseReason.Completed, Clients);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Drain_DeadlinePasses_ClosesTheRestOneAfterTheOther(TransportKind transport)
    {
        const int Clients = 6;
        var settings = new DrainOptions { Timeout = TimeSpan.FromMilliseconds(300), Spread = TimeSpan.FromMilliseconds(1500) };
        ScriptedBackend backend = Stage.AddBackend();
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, BalancerSettings.For(backend.EndPoint) with { Drain = settings });
        var clients = new List<Peer>();
        for (int i = 0; i < Clients; i++)
        {
            clients.Add((await Stage.OpenPairAsync(balancer, backend, i)).Client);
        }

        var ends = new List<long>();
        Task drain = balancer.Engine.DrainAsync();
        await Task.WhenAll(clients.Select(async client =>
        {
            Assert.Equal(PeerEnd.Fin, (await client.ReceiveToEndAsync()).End);
            lock (ends)
            {
                ends.Add(Environment.TickCount64);
            }
        }));
        await drain.WaitAsync(Waiting.DefaultLimit);

        await balancer.WaitForOnlyCloseAsync(CloseReason.Drained, Clients);
        Assert.InRange(ends.Max() - ends.Min(), 300, 10_000);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Dispose_FromManyThreadsDuringADrain_EndsEverythingOnce(TransportKind transport)
    {
        const int Clients = 8;
        ScriptedBackend backend = Stage.AddBackend();
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, BalancerSettings.For(backend.EndPoint));
        var clients = new List<Peer>();
        for (int i = 0; i < Clients; i++)
        {
            clients.Add((await Stage.OpenPairAsync(balancer, backend, i)).Client);
        }

        Task drain = balancer.Engine.DrainAsync();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () => await balancer.Engine.DisposeAsync()))).WaitAsync(Waiting.DefaultLimit);
        await drain.WaitAsync(Waiting.DefaultLimit);

        Assert.Equal(LoadBalancerState.Stopped, balancer.Status.State);
        Assert.Equal(Clients, balancer.Status.Closed.Values.Sum());
        foreach (Peer client in clients)
        {
            Assert.NotEqual(PeerEnd.Open, (await client.ReceiveToEndAsync()).End);
        }
    }

    private static bool IsRefused(EngineBalancer balancer)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(balancer.EndPoint);
            return false;
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return true;
        }
    }
}
