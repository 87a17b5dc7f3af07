// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Datagrams;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Harness.Streams;
using LbEngine.Tests.Transport.Memory;

namespace LbEngine.Tests.EndToEnd.Control;

/// <summary>Reloads of a thousand things.</summary>
public sealed class ManyTests : EndToEndTest
{
    private const int Many = 1000;

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task ApplyAsync_ThousandListenersAddedAndRemoved_ServeAndLeaveNothing(TransportKind transport)
    {
        StreamEcho stream = Stage.AddStreamEcho(port: FreePort.Find(IPAddress.Loopback).Port);
        Stage.AddDatagramEcho(port: stream.EndPoint.Port);
        BalancerSettings settings = BalancerSettings.For(stream.EndPoint) with { Reactors = 2 };
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, settings);
        LoadBalancerOptions many = settings.Change(transport, options =>
        {
            for (int i = 0; i < Many; i++)
            {
                options.AddListener($"l{i}", new IPEndPoint(IPAddress.Loopback, 0), i % 2 == 0 ? ListenerProtocol.Tcp : ListenerProtocol.Udp);
            }
        });
        int sockets = OpenDescriptors.CountSockets();

        for (int round = 0; round < 2; round++)
        {
            await balancer.Engine.ApplyAsync(many);
            foreach (int i in new[] { 0, Many / 2, Many - 2 })
            {
                using EchoPeer client = await EchoPeer.ConnectAsync(balancer.EndPointOf($"l{i}"), i);
                await client.EchoAsync();
                await client.FinishAsync();
                using DatagramClient flow = DatagramClient.Connect(balancer.EndPointOf($"l{i + 1}"), i);
                await flow.EchoAsync();
                Assert.True(await balancer.Engine.CloseConnectionAsync(balancer.Engine.GetConnections().Single(row => row.Protocol == ListenerProtocol.Udp).Id));
            }

            await balancer.Engine.ApplyAsync(settings.ToOptions(transport));
            await balancer.WaitForNothingAsync();
            await Waiting.UntilAsync(() => OpenDescriptors.CountSockets() <= sockets, $"the process is back at {sockets} sockets", null, () => $"It has {OpenDescriptors.CountSockets()}.");
        }

        using EchoPeer last = await EchoPeer.ConnectAsync(balancer.EndPoint);
        await last.EchoAsync();
        Assert.InRange(MemoryStage.PartsOf(balancer.Engine).Model.ListenerDirectory.TakeIds(1).Single(), 0, Many);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task ApplyAsync_ThousandBackendsReplacedAgainAndAgain_ConnectionsStayAndNothingIsLeft(TransportKind transport)
    {
        const int Held = 100;
        StreamEcho echo = Stage.AddStreamEcho(IPAddress.Any);
        BalancerSettings settings = new() { Scheduler = "smooth-weighted-round-robin", Backends = Generation(0, echo.EndPoint.Port) };
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, settings);
        var held = new List<EchoPeer>();
        for (int generation = 0; generation < 4; generation++)
        {
            for (int i = 0; i < Held; i++)
            {
                held.Add(Stage.Own(await EchoPeer.ConnectAsync(balancer.EndPoint, held.Count)));
                await held[^1].EchoAsync();
            }

            await balancer.Engine.ApplyAsync((settings with { Backends = Generation(generation + 1, echo.EndPoint.Port) }).ToOptions(transport), force: true);
        }

        foreach (EchoPeer client in held)
        {
            await client.EchoAsync();
            await client.FinishAsync();
        }

        BackendDirectory known = MemoryStage.PartsOf(balancer.Engine).Model.Backends;
        await Waiting.UntilAsync(() => Enumerable.Range(0, known.NextId).Count(id => known.Find(id) is not null) == Many, "the backends of the past are forgotten");
        await balancer.WaitForOnlyCloseAsync(CloseReason.Completed, held.Count);
        Assert.InRange(MemoryStage.PartsOf(balancer.Engine).Model.Pools[0].Current.BySlot.Length, Many, (2 * Many) + held.Count);
    }

    private static IReadOnlyList<BackendSetting> Generation(int number, int port) =>
        [.. Enumerable.Range(0, Many).Select(i => new BackendSetting($"g{number}-{i}", $"127.0.{1 + (i / 250)}.{1 + (i % 250)}:{port}"))];
}
