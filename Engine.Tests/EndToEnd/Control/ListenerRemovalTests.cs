// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Observability;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Datagrams;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Harness.Streams;

namespace LbEngine.Tests.EndToEnd.Control;

/// <summary>What a reload removes goes by the drain's times: seen until it has ended, and nothing is left of it then.</summary>
public sealed class ListenerRemovalTests : EndToEndTest
{
    private static readonly DrainOptions Soon = new() { Timeout = TimeSpan.FromSeconds(1), Spread = TimeSpan.FromMilliseconds(200) };

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task ApplyAsync_ListenerRemoved_ItsConnectionsAreSeenAndEndAtTheDeadline(TransportKind transport)
    {
        StreamEcho backend = Stage.AddStreamEcho();
        BalancerSettings settings = BalancerSettings.For(backend.EndPoint) with { Drain = Soon };
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, settings);
        await balancer.Engine.ApplyAsync(settings.Change(transport, options => options.AddListener("more", new IPEndPoint(IPAddress.Loopback, 0))));
        EchoPeer[] clients = [.. await Task.WhenAll(Enumerable.Range(0, 4).Select(i => EchoPeer.ConnectAsync(balancer.EndPointOf("more"), i)))];
        await Task.WhenAll(clients.Select(client => Stage.Own(client).EchoAsync()));
        EchoPeer stays = Stage.Own(await EchoPeer.ConnectAsync(balancer.EndPointOf("web"), 9));
        await stays.EchoAsync();

        await balancer.Engine.ApplyAsync(settings.ToOptions(transport));
        ListenerStatus removing = Assert.Single(balancer.Status.Listeners, listener => listener.Name == "more");
        await balancer.WaitForOnlyCloseAsync(CloseReason.Drained, clients.Length);
        await stays.EchoAsync();

        Assert.Equal((true, clients.Length), (removing.IsRemoving, removing.ActiveConnections));
        Assert.Equal("web", Assert.Single(balancer.Status.Listeners).Name);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task ApplyAsync_DatagramListenerRemovedAndItsClientNeverStops_PortIsFreeAfterTheDeadline(TransportKind transport)
    {
        DatagramEcho backend = Stage.AddDatagramEcho();
        BalancerSettings settings = BalancerSettings.ForDatagrams(backend.EndPoint) with { Drain = Soon, Reactors = 2 };
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, settings);
        IPEndPoint port = balancer.EndPoint;
        DatagramClient client = Stage.Own(DatagramClient.Open(port.AddressFamily));
        byte[] payload = Datagram.Create(0, 0, 100);
        await client.SendToAsync(payload, port);
        _ = await client.ReceiveAsync();

        await balancer.Engine.ApplyAsync(settings.Change(transport, options => options.Listeners["web"].Bind = FreePort.Find(IPAddress.Loopback).ToString()));
        ListenerStatus removing = Assert.Single(balancer.Status.Listeners, listener => listener.IsRemoving);
        using var over = new CancellationTokenSource();
        Task sending = SendAsync(client, port, payload, over.Token);
        await Waiting.UntilAsync(() => Reloads.IsFree(port), "the port is free though a client goes on");
        await over.CancelAsync();
        await sending;

        Assert.Equal(("web", 1), (removing.Name, removing.ActiveConnections));
        Assert.Equal(1, balancer.Closed(CloseReason.Drained));
        Assert.DoesNotContain(balancer.Status.Listeners, listener => listener.IsRemoving);
    }

    private static async Task SendAsync(DatagramClient client, IPEndPoint target, byte[] payload, CancellationToken over)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!over.IsCancellationRequested)
        {
            await client.SendToAsync(payload, target);
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }
}
