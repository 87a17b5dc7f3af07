// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Configuration;
using LbEngine.Control;
using LbEngine.Lifecycle;
using LbEngine.Observability;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Datagrams;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Harness.Streams;
using LbEngine.Tests.Transport.Memory;
using LbEngine.Transport;

namespace LbEngine.Tests.EndToEnd.Control;

/// <summary>Single connections and flows ended by the operator, and the choices that affinity remembers.</summary>
public sealed class ConnectionControlTests : EndToEndTest
{
    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task CloseConnectionAsync_OneOfTwo_BothItsEndsSeeItAndTheOtherGoesOn(TransportKind transport)
    {
        ScriptedBackend backend = Stage.AddBackend();
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, BalancerSettings.For(backend.EndPoint));
        (Peer client, Peer server) = await Stage.OpenPairAsync(balancer, backend);
        (Peer other, Peer otherServer) = await Stage.OpenPairAsync(balancer, backend, 1);
        string id = IdOf(balancer, (IPEndPoint)client.Socket.LocalEndPoint!);

        bool first = await balancer.Engine.CloseConnectionAsync(id);
        PeerEnd[] ends = [(await client.ReceiveToEndAsync()).End, (await server.ReceiveToEndAsync()).End];
        bool second = await balancer.Engine.CloseConnectionAsync(id);
        await other.SendAsync(1000);
        await otherServer.ReceiveAsync(1000);

        Assert.Equal((true, false), (first, second));
        Assert.Equal([PeerEnd.Rst, PeerEnd.Rst], ends);
        await balancer.WaitForOnlyCloseAsync(CloseReason.Killed);
        Assert.Equal(1, balancer.Status.ActiveConnections);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task CloseConnectionsAsync_BackendIsDown_BothEndsSeeAReset(TransportKind transport)
    {
        ScriptedBackend backend = Stage.AddBackend();
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, BalancerSettings.For(backend.EndPoint));
        (Peer client, Peer server) = await Stage.OpenPairAsync(balancer, backend);
        EngineParts parts = MemoryStage.PartsOf(balancer.Engine);

        await parts.Traffic.Transport.CloseConnectionsAsync(CloseReason.BackendDown, TimeSpan.Zero, new CloseScope(parts.Model.Pools[0].Current.BySlot[0]));

        Assert.Equal([PeerEnd.Rst, PeerEnd.Rst], [(await client.ReceiveToEndAsync()).End, (await server.ReceiveToEndAsync()).End]);
        await balancer.WaitForOnlyCloseAsync(CloseReason.BackendDown);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task CloseConnectionAsync_BackendHasNotAnsweredTheConnectYet_EndsIt(TransportKind transport)
    {
        ScriptedBackend backend = Stage.AddBackend(backlog: 0);
        await backend.FillBacklogAsync();
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, BalancerSettings.For(backend.EndPoint));
        Peer client = await Stage.ConnectAsync(balancer);
        await Waiting.UntilAsync(() => balancer.Engine.GetConnections().Any(), "the connection is listed");

        Assert.True(await balancer.Engine.CloseConnectionAsync(Assert.Single(balancer.Engine.GetConnections()).Id));

        Assert.Equal(PeerEnd.Rst, (await client.ReceiveToEndAsync()).End);
        await balancer.WaitForOnlyCloseAsync(CloseReason.Killed);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task CloseConnectionAsync_Flow_NextDatagramBeginsAnother(TransportKind transport)
    {
        DatagramEcho backend = Stage.AddDatagramEcho();
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, BalancerSettings.ForDatagrams(backend.EndPoint) with { Reactors = 3 });
        DatagramClient client = Stage.AddClient(balancer);
        DatagramClient other = Stage.AddClient(balancer, 1);
        await client.EchoAsync();
        await other.EchoAsync();
        string id = IdOf(balancer, client.EndPoint);

        bool first = await balancer.Engine.CloseConnectionAsync(id);
        bool second = await balancer.Engine.CloseConnectionAsync(id);
        await client.EchoAsync(1);
        await other.EchoAsync(1);

        Assert.Equal((true, false), (first, second));
        Assert.NotEqual(id, IdOf(balancer, client.EndPoint));
        Assert.Equal((3, 3L), (backend.Received.Count, balancer.Backend(0).TotalConnections));
        await balancer.WaitForOnlyCloseAsync(CloseReason.Killed);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task CloseConnectionAsync_WhileClientsComeAndGo_EndsNobodyTwiceAndNobodyElse(TransportKind transport)
    {
        const int Clients = 60;
        StreamEcho backend = Stage.AddStreamEcho();
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, BalancerSettings.For(backend.EndPoint));
        EchoPeer held = Stage.Own(await EchoPeer.ConnectAsync(balancer.EndPoint));
        await held.EchoAsync();
        int killed = 0;
        using var over = new CancellationTokenSource();
        Task killer = Task.Run(async () =>
        {
            while (!over.IsCancellationRequested)
            {
                foreach (ConnectionStatus row in balancer.Engine.GetConnections().Where(row => !row.Client.Equals(held.EndPoint)))
                {
                    killed += await balancer.Engine.CloseConnectionAsync(row.Id) ? 1 : 0;
                }

                await Task.Yield();
            }
        });

        for (int i = 0; i < Clients; i++)
        {
            using EchoPeer client = await EchoPeer.ConnectAsync(balancer.EndPoint, i);
            await Waiting.UntilAsync(() => client.HasEnded, $"client {i} is cut off");
        }

        await over.CancelAsync();
        await Waiting.ForAllAsync("the killer ends", Waiting.DefaultLimit, killer);
        await held.EchoAsync();

        // A client hears of its end before it is counted.
        await Waiting.UntilAsync(() => balancer.Status.ActiveConnections == 1, "every end is counted");
        Assert.Equal((Clients, (long)Clients, 1), (killed, balancer.Closed(CloseReason.Killed), balancer.Status.ActiveConnections));
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task GetAffinity_ClientsOfBothProtocols_TellsWhereTheyGoAndUntilWhen(TransportKind transport)
    {
        StreamEcho stream = Stage.AddStreamEcho(port: FreePort.Find(IPAddress.Loopback).Port);
        Stage.AddDatagramEcho(port: stream.EndPoint.Port);
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, BalancerSettings.For(stream.EndPoint) with
        {
            Bind = FreePort.Find(IPAddress.Loopback).ToString(),
            BothProtocols = true,
            Affinity = new AffinityOptions { Timeout = TimeSpan.FromMinutes(2) },
        });
        IPAddress[] from = [IPAddress.Parse("127.0.0.11"), IPAddress.Parse("127.0.0.12")];
        EchoPeer client = Stage.Own(await EchoPeer.ConnectAsync(balancer.EndPoint, from: from[0]));
        await client.EchoAsync();
        await Stage.AddClient(balancer, from: from[0]).EchoAsync();
        EchoPeer gone = Stage.Own(await EchoPeer.ConnectAsync(balancer.EndPoint, 1, from[1]));
        await gone.EchoAsync();
        await gone.FinishAsync();

        // The listener's count is the last that a connection gives back.
        await Waiting.UntilAsync(() => balancer.Status.Listeners[0].ActiveConnections == 1, "one client has given back all that it held");

        AffinityStatus[] pins = [.. balancer.Engine.GetAffinity("site").OrderBy(pin => pin.Client.ToString())];

        Assert.Equal([(from[0], "site", "b0", 2), (from[1], "site", "b0", 0)], pins.Select(pin => (pin.Client, pin.Pool, pin.Backend, pin.Connections)));
        Assert.Null(pins[0].ExpiresIn);
        Assert.InRange(pins[1].ExpiresIn!.Value, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2));
        Assert.Empty(balancer.Engine.GetAffinity("nowhere"));
        Assert.Equal(2, balancer.Engine.GetAffinity().Count());
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task ApplyAsync_BackendOfAPinRemoved_ClientIsPinnedElsewhere(TransportKind transport)
    {
        StreamEcho[] echoes = [Stage.AddStreamEcho(), Stage.AddStreamEcho()];
        BalancerSettings settings = BalancerSettings.For(echoes[0].EndPoint, echoes[1].EndPoint) with { Affinity = new AffinityOptions() };
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, settings);
        EchoPeer old = Stage.Own(await EchoPeer.ConnectAsync(balancer.EndPoint));
        await old.EchoAsync();

        await balancer.Engine.ApplyAsync(settings.Change(transport, options => options.Pools["site"].Backends.Remove("b0")));
        EchoPeer late = Stage.Own(await EchoPeer.ConnectAsync(balancer.EndPoint, 1));
        await late.EchoAsync();
        await old.EchoAsync();

        Assert.Equal([1, 1], echoes.Select(echo => echo.Accepted));
        AffinityStatus pin = Assert.Single(balancer.Engine.GetAffinity());
        Assert.Equal(("b1", 2), (pin.Backend, pin.Connections));
    }

    private static string IdOf(EngineBalancer balancer, IPEndPoint client) => balancer.Engine.GetConnections().Single(row => row.Client.Equals(client)).Id;
}
