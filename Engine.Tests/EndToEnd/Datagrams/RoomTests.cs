// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Datagrams;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Harness.Streams;

namespace LbEngine.Tests.EndToEnd.Datagrams;

/// <summary>A table full of flows that nobody answers, whichever threads hold them.</summary>
public sealed class RoomTests : EndToEndTest
{
    private const int FlowsEvictedEvent = 311;

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task TableFull_OfFlowsOfSeveralReactors_TcpClientsAreServedAndTheOldestGo(TransportKind transport)
    {
        const int Places = 12;
        (EngineBalancer balancer, ScriptedBackend backend, DatagramBackend silent) = await StartAsync(transport, Places);
        for (int i = 0; i < Places; i++)
        {
            await Stage.AddClient(balancer, i).SendAsync(Datagram.Create(i, 0, 100));
            await silent.ReceiveFromAsync();
        }

        for (int i = 0; i < Places / 2; i++)
        {
            (Peer client, Peer server) = await Stage.OpenPairAsync(balancer, backend, i);
            await client.SendAsync(100);
            await server.ReceiveAsync(100);
        }

        Assert.Equal([CloseReason.Evicted], balancer.Status.Closed.Keys);
        Assert.InRange(balancer.Closed(CloseReason.Evicted), Places / 2, Places);
        Assert.Empty(balancer.Status.Rejected);
        Assert.Single(balancer.Log.Lines, line => line.Id == FlowsEvictedEvent);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Flood_ThatNobodyAnswers_TcpClientsAreServedWhileItLasts(TransportKind transport)
    {
        const int Clients = 20;
        (EngineBalancer balancer, ScriptedBackend backend, DatagramBackend _) = await StartAsync(transport, places: 64, requests: 1);
        DatagramClient flooding = Stage.AddClient(balancer);
        using var enough = new CancellationTokenSource();
        Task flood = Task.Run(async () =>
        {
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
            while (!enough.IsCancellationRequested)
            {
                for (int i = 0; i < 30; i++)
                {
                    await flooding.SendAsync(Datagram.Create(0, i, 100));
                }

                await timer.WaitForNextTickAsync();
            }
        });
        await Waiting.UntilAsync(() => balancer.Closed(CloseReason.Evicted) > 0, "the table is full of flows");

        try
        {
            for (int i = 0; i < Clients; i++)
            {
                (Peer client, Peer server) = await Stage.OpenPairAsync(balancer, backend, i);
                await client.SendAsync(100);
                await server.ReceiveAsync(100);
            }
        }
        finally
        {
            await enough.CancelAsync();
            await flood;
        }

        Assert.Single(balancer.Log.Lines, line => line.Id == FlowsEvictedEvent);
    }

    private async Task<(EngineBalancer Balancer, ScriptedBackend Backend, DatagramBackend Silent)> StartAsync(
        TransportKind transport, int places, int? requests = null)
    {
        ScriptedBackend backend = Stage.AddBackend(port: FreePort.Find(IPAddress.Loopback).Port);
        DatagramBackend silent = Stage.AddDatagramBackend(port: backend.EndPoint.Port);
        EngineBalancer balancer = await Stage.StartEngineAsync(
            transport,
            BalancerSettings.ForDatagrams(backend.EndPoint) with
            {
                Bind = FreePort.Find(IPAddress.Loopback).ToString(),
                BothProtocols = true,
                MaxConnections = places,
                Requests = requests,
                Reactors = 2,
            });
        return (balancer, backend, silent);
    }
}
