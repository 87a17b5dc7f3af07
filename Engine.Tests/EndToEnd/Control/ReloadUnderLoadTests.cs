// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Observability;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Datagrams;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Harness.Streams;
using LbEngine.Tests.Transport.Memory;

namespace LbEngine.Tests.EndToEnd.Control;

/// <summary>Reloads in quick succession while clients come, stay and go.</summary>
public sealed class ReloadUnderLoadTests : EndToEndTest
{
    private const int Reloads = 100;
    private const int Held = 20;
    private const int Backends = 6;

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task ApplyAsync_100TimesIn10SecondsUnderLoad_DropsRefusesAndLeaksNothing(TransportKind transport)
    {
        StreamEcho[] streams = [.. Enumerable.Range(0, Backends).Select(_ => Stage.AddStreamEcho(port: FreePort.Find(IPAddress.Loopback).Port))];
        foreach (StreamEcho stream in streams)
        {
            Stage.AddDatagramEcho(port: stream.EndPoint.Port);
        }

        BalancerSettings settings = BalancerSettings.For([.. streams.Select(stream => stream.EndPoint)]) with
        {
            Bind = FreePort.Find(IPAddress.Loopback).ToString(),
            BothProtocols = true,
            Scheduler = "weighted-least-connections",
        };
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, settings);
        EchoPeer[] held = await Task.WhenAll(Enumerable.Range(0, Held).Select(async i => Stage.Own(await EchoPeer.ConnectAsync(balancer.EndPoint, i))));
        DatagramClient[] flows = [.. Enumerable.Range(0, Held).Select(i => Stage.AddClient(balancer, i))];
        using var over = new CancellationTokenSource();
        long served = 0;
        Task[] load =
        [
            .. Enumerable.Range(0, 3).Select(thread => Task.Run(async () =>
            {
                while (!over.IsCancellationRequested)
                {
                    using EchoPeer client = await EchoPeer.ConnectAsync(balancer.EndPoint, 1000 + thread);
                    await client.EchoAsync(1000);
                    await client.FinishAsync();
                    Interlocked.Increment(ref served);
                }
            })),
            .. held.Select(client => Task.Run(() => RepeatAsync(() => client.EchoAsync(), over.Token))),
            .. flows.Select(client => Task.Run(() => RepeatAsync(() => client.EchoAsync(), over.Token))),
        ];

        await ReloadAgainAndAgainAsync(balancer, settings, transport, () => load.FirstOrDefault(task => task.IsFaulted));
        await over.CancelAsync();
        await Waiting.ForAllAsync("the load ends", TimeSpan.FromSeconds(30), load);
        foreach (EchoPeer client in held)
        {
            await client.EchoAsync();
            await client.FinishAsync();
        }

        await balancer.Engine.ApplyAsync(settings.ToOptions(transport), force: true);
        await Waiting.UntilAsync(() => balancer.Status.Listeners[0].ActiveConnections == 0, "every connection has ended");
        Assert.Equal(served + Held, balancer.Status.Listeners[0].AcceptedConnections);
        Assert.Equal(served + Held + (Reloads / 2), balancer.Closed(CloseReason.Completed));
        Assert.Empty(balancer.Status.Rejected);
        Assert.Equal([], balancer.Status.Closed.Keys.Except([CloseReason.Completed, CloseReason.BackendLeft]));
        Assert.InRange(served, 1, long.MaxValue);
        await Waiting.UntilAsync(() => CountKnown(balancer) <= Backends + Held, "backends that were removed are forgotten");
    }

    /// <summary>Weights change, one of the backends but the first goes, another comes, listeners of both protocols come and go.</summary>
    private static async Task ReloadAgainAndAgainAsync(EngineBalancer balancer, BalancerSettings settings, TransportKind transport, Func<Task?> failed)
    {
        var random = new Random(7);
        long total = 0;
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        for (int i = 0; i < Reloads; i++)
        {
            LoadBalancerOptions next = settings.ToOptions(transport);
            foreach (BackendOptions backend in next.Pools["site"].Backends.Values)
            {
                backend.Weight = random.Next(1, 10);
            }

            next.Pools["site"].Backends.Remove($"b{1 + (i % (Backends - 1))}");
            if (i % 2 == 0)
            {
                next.AddListener("more", new IPEndPoint(IPAddress.Loopback, 0));
                next.AddListener("more-udp", new IPEndPoint(IPAddress.Loopback, 0), ListenerProtocol.Udp);
            }

            await balancer.Engine.ApplyAsync(next);
            BackendStatus first = balancer.Backend(0);
            Assert.Equal("b0", first.Name);
            Assert.InRange(first.TotalConnections, total, long.MaxValue);
            total = first.TotalConnections;
            if (i % 2 == 0)
            {
                using EchoPeer client = await EchoPeer.ConnectAsync(balancer.EndPointOf("more"), i);
                await client.EchoAsync();
                await client.FinishAsync();
            }

            if (failed() is Task task)
            {
                await task;
            }

            await timer.WaitForNextTickAsync();
        }
    }

    private static async Task RepeatAsync(Func<Task> step, CancellationToken over)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!over.IsCancellationRequested)
        {
            await step();
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private static int CountKnown(EngineBalancer balancer)
    {
        BackendDirectory backends = MemoryStage.PartsOf(balancer.Engine).Model.Backends;
        return Enumerable.Range(0, backends.NextId).Count(id => backends.Find(id) is not null);
    }
}
