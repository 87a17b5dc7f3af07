// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Observability;
using LbEngine.Testing;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Transport.Memory;
using LbEngine.Transport;

namespace LbEngine.Tests.Control.Reload;

/// <summary>Another configuration for an engine that carries flows, in memory.</summary>
public sealed class DatagramReloadTests
{
    [Fact]
    public async Task ApplyAsync_ListenerComesBackWhileItsFlowsLive_GoesOnAsIfNothingHadBeen()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync();
        MemoryDatagramClient client = stage.Ask("a");

        await stage.Balancer.ApplyAsync(Without(stage));
        await stage.Balancer.ApplyAsync(Options(stage));
        client.Send("b");
        MemoryDatagramClient late = stage.Ask("late");

        Assert.Equal(["0a", "0b", "0late"], client.ReceivedTexts.Concat(late.ReceivedTexts));
        Assert.Equal((2L, 2), (stage.Status.Listeners[0].AcceptedConnections, stage.Status.Listeners[0].ActiveConnections));
    }

    [Fact]
    public async Task ApplyAsync_ListenerWouldComeBackButAnotherCannotBeBound_StaysRemoved()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync();
        MemoryDatagramClient client = stage.Ask("a");
        await stage.Balancer.ApplyAsync(Without(stage));
        LoadBalancerOptions next = Options(stage);
        next.Listeners.Add("taken", new ListenerOptions { Bind = "192.0.2.1:54", Pool = "site", Protocol = ListenerProtocol.Udp });
        stage.Network.AddDatagramBackend("192.0.2.1:54");

        await Assert.ThrowsAsync<ListenerBindException>(() => stage.Balancer.ApplyAsync(next));
        MemoryDatagramClient late = stage.Ask("late");
        client.Send("b");
        await stage.Balancer.ApplyAsync(Options(stage));
        client.Send("c");

        Assert.Equal(["0a", "0b", "0c"], client.ReceivedTexts);
        Assert.Empty(late.ReceivedTexts);
        Assert.Equal(1, stage.Rejected(RejectReason.Draining));
    }

    [Fact]
    public async Task ApplyAsync_BackendRemoved_FlowGoesElsewhereWithItsNextDatagram()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(backends: 2);
        MemoryDatagramClient client = stage.Ask("a");
        int left = DatagramStage.BackendOf(client);
        LoadBalancerOptions next = Options(stage);
        next.Pools["site"].Backends.Remove($"b{left}");

        await stage.Balancer.ApplyAsync(next);
        client.Send("b");

        Assert.Equal(1 - left, DatagramStage.BackendOf(client));
        Assert.Equal(1, stage.Closed(CloseReason.BackendLeft));
    }

    [Fact]
    public async Task ApplyAsync_ListenerHasAnotherPool_FlowGoesThereWithItsNextDatagram()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(backends: 2);
        LoadBalancerOptions blue = Options(stage);
        blue.Pools["site"].Backends.Remove("b1");
        blue.Pools.Add("green", new BackendPoolOptions());
        blue.Pools["green"].AddBackend("b1", stage.Backends[1].EndPoint.ToString());
        blue.Listeners.Add("other", new ListenerOptions { Bind = "192.0.2.9:53", Pool = "site", Protocol = ListenerProtocol.Udp });
        await stage.Balancer.ApplyAsync(blue);
        MemoryDatagramClient client = stage.Ask("a");
        LoadBalancerOptions green = stage.Balancer.GetConfiguration();
        green.Listeners["dns"].Pool = "green";

        await stage.Balancer.ApplyAsync(green);
        client.Send("b");
        await stage.Balancer.ApplyAsync(blue);
        client.Send("c");

        Assert.Equal(["0a", "1b", "0c"], client.ReceivedTexts);
        Assert.Equal((2, 1), (stage.Closed(CloseReason.BackendLeft), stage.Status.ActiveConnections));
    }

    [Fact]
    public async Task ApplyAsync_ListenerRemovedAndItsClientNeverStops_EndsAtTheDeadline()
    {
        DatagramStage stage = await DatagramStage.StartAsync(); // its listener is gone in the end, and its counts
        await using LoadBalancer balancer = stage.Balancer;
        MemoryDatagramClient client = stage.Ask("a");
        LoadBalancerOptions next = Without(stage);
        next.Drain = new DrainOptions { Timeout = TimeSpan.FromSeconds(10), Spread = TimeSpan.Zero };

        await stage.Balancer.ApplyAsync(next);
        ListenerStatus removing = stage.Status.Listeners.Single(listener => listener.Name == "dns");
        long before = -1;
        for (int second = 1; second <= 9; second++)
        {
            client.Send("b");
            stage.Time.Advance(TimeSpan.FromSeconds(1));
            before = stage.Closed(CloseReason.Drained);
        }

        await AdvanceUntilClosedAsync(stage);

        Assert.Equal((true, 1, 0L), (removing.IsRemoving, removing.ActiveConnections, before));
        Assert.DoesNotContain(stage.Status.Listeners, listener => listener.Name == "dns");
    }

    [Fact]
    public async Task ApplyAsync_ListenerRemovedComesBackAndIsRemovedAgain_TheSecondDeadlineCounts()
    {
        DatagramStage stage = await DatagramStage.StartAsync(); // its listener is gone in the end, and its counts
        await using LoadBalancer balancer = stage.Balancer;
        MemoryDatagramClient client = stage.Ask("a");
        LoadBalancerOptions without = Without(stage);
        without.Drain = new DrainOptions { Timeout = TimeSpan.FromSeconds(10), Spread = TimeSpan.Zero };

        await stage.Balancer.ApplyAsync(without);
        stage.Time.Advance(TimeSpan.FromSeconds(8));
        await stage.Balancer.ApplyAsync(Options(stage));
        client.Send("b");
        await stage.Balancer.ApplyAsync(without);
        for (int second = 1; second <= 8; second++)
        {
            stage.Time.Advance(TimeSpan.FromSeconds(1));
            client.Send("c");
            await Task.Yield();
        }

        Assert.Equal(0, stage.Closed(CloseReason.Drained));
        await AdvanceUntilClosedAsync(stage);
    }

    /// <summary>Moves the clock on until the one flow was closed: what waits for a deadline goes on elsewhere once the clock has reached it.</summary>
    private static Task AdvanceUntilClosedAsync(DatagramStage stage) => Waiting.UntilAsync(
        () =>
        {
            stage.Time.Advance(TimeSpan.FromMilliseconds(100));
            return stage.Closed(CloseReason.Drained) == 1;
        },
        "the flow is closed");

    private static LoadBalancerOptions Without(DatagramStage stage)
    {
        LoadBalancerOptions options = Options(stage);
        options.Listeners.Remove("dns");
        options.Listeners.Add("else", new ListenerOptions { Bind = "192.0.2.9:53", Pool = "site", Protocol = ListenerProtocol.Udp });
        return options;
    }

    private static LoadBalancerOptions Options(DatagramStage stage)
    {
        var options = new LoadBalancerOptions { MaxConnections = 1024 };
        options.Listeners.Add("dns", new ListenerOptions { Bind = DatagramStage.Listener, Pool = "site", Protocol = ListenerProtocol.Udp });
        options.Pools.Add("site", new BackendPoolOptions());
        for (int i = 0; i < stage.Backends.Count; i++)
        {
            options.Pools["site"].AddBackend($"b{i}", stage.Backends[i].EndPoint.ToString());
        }

        return options;
    }
}
