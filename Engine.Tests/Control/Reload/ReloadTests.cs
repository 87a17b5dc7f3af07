// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Observability;
using LbEngine.Scheduling;
using LbEngine.Testing;
using LbEngine.Tests.Transport.Memory;
using LbEngine.Transport;

namespace LbEngine.Tests.Control.Reload;

/// <summary>Another configuration for an engine that runs, in memory.</summary>
public sealed class ReloadTests
{
    [Fact]
    public async Task ApplyAsync_BackendAdded_TakesTheNextClientAndTheOldOneKeepsItsConnection()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 1);
        stage.NameTheBackends();
        stage.Network.AddBackend("10.0.0.9:80").Respond("9");
        MemoryClient before = stage.Connect();

        await stage.Balancer.ApplyAsync(Options(stage, pool => pool.AddBackend("b9", "10.0.0.9:80")));

        Assert.Equal(9, MemoryStage.BackendOf(stage.Connect()));
        Assert.Equal(0, MemoryStage.BackendOf(before));
    }

    [Fact]
    public async Task ApplyAsync_WeightChanged_KeepsCountsAndGoesByTheNewWeight()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 2);
        stage.Connect();
        stage.Connect();

        await stage.Balancer.ApplyAsync(Options(stage, pool => pool.Backends["b1"].Weight = 3));

        BackendStatus[] backends = [.. stage.Status.Pools[0].Backends];
        Assert.Equal((1, 1L), (backends[1].ActiveConnections, backends[1].TotalConnections));
        Assert.Equal(3, backends[1].Weight);
        for (int i = 0; i < 6; i++)
        {
            stage.Connect();
        }

        Assert.Equal([2, 6], stage.Status.Pools[0].Backends.Select(backend => backend.ActiveConnections));
    }

    [Fact]
    public async Task ApplyAsync_BackendRemoved_KeepsItsConnectionsUntilTheDeadline()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 2, options: options => options.Drain.Timeout = TimeSpan.FromSeconds(60));
        stage.NameTheBackends();
        MemoryClient first = stage.Connect();
        MemoryClient second = stage.Connect();
        int removed = MemoryStage.BackendOf(first);

        await stage.Balancer.ApplyAsync(Options(stage, pool => pool.Backends.Remove($"b{removed}")));
        stage.Time.Advance(TimeSpan.FromSeconds(59));
        MemoryClose beforeDeadline = first.Closed;
        await stage.AdvanceUntilAsync(() => first.Closed != MemoryClose.None, "the connection of the removed backend is closed");

        Assert.Equal(MemoryClose.None, beforeDeadline);
        Assert.Equal(MemoryClose.None, second.Closed);
        stage.AssertClosedOnly(CloseReason.Drained);
        Assert.Equal(1 - removed, MemoryStage.BackendOf(stage.Connect()));
    }

    [Fact]
    public async Task ApplyAsync_AddressChanged_IsAnotherBackendOfTheSameName()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 1);
        stage.NameTheBackends();
        stage.Network.AddBackend("10.0.0.9:80").Respond("9");
        MemoryClient before = stage.Connect();

        await stage.Balancer.ApplyAsync(Options(stage, pool => pool.Backends["b0"].Address = "10.0.0.9:80"));

        Assert.Equal(9, MemoryStage.BackendOf(stage.Connect()));
        Assert.Equal(0, MemoryStage.BackendOf(before));
        Assert.Equal(1, Assert.Single(stage.Status.Pools[0].Backends).ActiveConnections);
    }

    [Fact]
    public async Task ApplyAsync_ListenerAdded_AcceptsAndTheOtherGoesOn()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();
        MemoryClient old = stage.Connect();
        LoadBalancerOptions next = Options(stage);
        next.Listeners.Add("more", new ListenerOptions { Bind = "192.0.2.1:81", Pool = "site" });

        await stage.Balancer.ApplyAsync(next);
        MemoryClient client = stage.Network.Connect("198.51.100.7", "192.0.2.1:81");
        client.Send("hello");
        old.Send("still here");

        Assert.Equal("hello", client.ReceivedText);
        Assert.Equal("still here", old.ReceivedText);
    }

    [Fact]
    public async Task ApplyAsync_ListenerRemoved_RefusesNewClientsAndKeepsOldOnes()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(
            options: options => options.Listeners.Add("more", new ListenerOptions { Bind = "192.0.2.1:81", Pool = "site" }));
        MemoryClient old = stage.Connect();
        LoadBalancerOptions next = Options(stage);

        await stage.Balancer.ApplyAsync(next);
        await stage.Balancer.ApplyAsync(next);
        MemoryClient late = stage.Network.Connect("198.51.100.7", "192.0.2.1:81");
        old.Send("still here");

        Assert.Equal(MemoryClose.Refused, late.Closed);
        Assert.Equal("still here", old.ReceivedText);
        Assert.Equal("web", Assert.Single(stage.Status.Listeners).Name);
    }

    [Fact]
    public async Task ApplyAsync_ListenerRenamed_IsTheSameListener()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();
        MemoryClient client = stage.Connect();
        LoadBalancerOptions next = Options(stage);
        ListenerOptions listener = next.Listeners["web"];
        next.Listeners.Clear();
        next.Listeners.Add("front", listener);

        await stage.Balancer.ApplyAsync(next);
        client.Send("hello");

        Assert.Equal("hello", client.ReceivedText);
        Assert.Equal(("front", 1), (stage.Status.Listeners[0].Name, stage.Status.Listeners[0].ActiveConnections));
        Assert.Equal("front", Assert.Single(stage.Balancer.GetConnections()).Listener);
    }

    [Fact]
    public async Task ApplyAsync_ListenerGetsAnotherPool_OldConnectionsGiveBackToTheOldOne()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(pool: pool => pool.Affinity = new AffinityOptions());
        stage.Network.AddBackend("10.0.0.9:80");
        MemoryClient old = stage.Connect();
        LoadBalancerOptions next = Options(stage, pool => pool.Affinity = new AffinityOptions());
        next.Pools.Add("other", new BackendPoolOptions().AddBackend("b9", "10.0.0.9:80"));
        next.Listeners["web"].Pool = "other";

        await stage.Balancer.ApplyAsync(next);
        stage.Connect();
        old.Finish();

        Assert.Equal([0, 1], stage.Status.Pools.Select(pool => pool.Backends[0].ActiveConnections));
        Assert.Equal(0, Assert.Single(stage.Balancer.GetAffinity("site")).Connections);
    }

    [Fact]
    public async Task ApplyAsync_AddressOfANewListenerIsTaken_ChangesNothingAtAll()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();
        LoadBalancerOptions next = Options(stage, pool => pool.Backends["b0"].Weight = 7);
        next.Listeners.Add("free", new ListenerOptions { Bind = "192.0.2.1:81", Pool = "site" });
        next.Listeners.Add("taken", new ListenerOptions { Bind = "10.0.0.1:80", Pool = "site" });
        next.Pools["site"].Backends["b0"].Address = "10.0.0.7:80";

        await Assert.ThrowsAsync<ListenerBindException>(() => stage.Balancer.ApplyAsync(next));

        Assert.Equal("web", Assert.Single(stage.Status.Listeners).Name);
        Assert.Equal(1, Assert.Single(stage.Status.Pools[0].Backends).Weight);
        Assert.Equal(MemoryClose.Refused, stage.Network.Connect("198.51.100.7", "192.0.2.1:81").Closed);
        Assert.Equal(4, stage.Balancer.Compare(next).Count);
    }

    [Fact]
    public async Task ApplyAsync_SchedulerThrowsWhenBuilt_ChangesNothingAtAll()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(
            builder: builder => builder.AddScheduler("broken", _ => throw new InvalidOperationException("no")));
        LoadBalancerOptions next = Options(stage, pool => pool.Scheduler = "broken");

        await Assert.ThrowsAsync<InvalidOperationException>(() => stage.Balancer.ApplyAsync(next));
        MemoryClient client = stage.Connect();
        client.Send("hello");

        Assert.Equal("hello", client.ReceivedText);
        Assert.Equal(SchedulerNames.WeightedLeastConnections, stage.Status.Pools[0].Scheduler);
    }

    /// <summary>What is refused, with the path that the error names.</summary>
    public static TheoryData<string, Action<LoadBalancerOptions>, string> Refusals() => new()
    {
        { "a mistake", options => options.Pools["site"].Backends["b0"].Weight = -1, "pools.site.backends.b0.weight" },
        { "another transport", options => options.Transport = TransportKind.Sockets, "transport" },
        { "another number of reactors", options => options.Reactors = 3, "reactors" },
        { "another size of the table", options => options.MaxConnections = 5, "maxConnections" },
        { "whenFull of an open listener", options => options.Listeners["web"].WhenFull = FullBehaviour.Refuse, "listeners.web.whenFull" },
        { "more than half of the backends gone", options => Array.ForEach(["b0", "b1", "b2"], name => options.Pools["site"].Backends.Remove(name)), "pools" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task ApplyAsync_WhatARunningEngineCannotTake_SaysWhereAndChangesNothing(string sentence, Action<LoadBalancerOptions> change, string path)
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 4);
        LoadBalancerOptions next = Options(stage);
        change(next);

        LoadBalancerConfigurationException refused = await Assert.ThrowsAsync<LoadBalancerConfigurationException>(() => stage.Balancer.ApplyAsync(next));

        Assert.Equal((sentence, path), (sentence, Assert.Single(refused.Errors).Path));
        Assert.Equal(4, stage.Status.Pools[0].Backends.Count);
    }

    [Fact]
    public async Task ApplyAsync_MoreThanHalfGoneButForced_RemovesThem()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 4);
        LoadBalancerOptions next = Options(stage);
        foreach (string name in new[] { "b0", "b1", "b2" })
        {
            next.Pools["site"].Backends.Remove(name);
        }

        await stage.Balancer.ApplyAsync(next, force: true);

        Assert.Equal("b3", Assert.Single(stage.Status.Pools[0].Backends).Name);
    }

    [Fact]
    public async Task ApplyAsync_SameConfiguration_ChangesNothingAndSaysSo()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 2);
        MemoryClient client = stage.Connect();

        IReadOnlyList<ConfigurationChange> changes = await stage.Balancer.ApplyAsync(Options(stage));
        client.Send("hello");

        Assert.Empty(changes);
        Assert.Equal("hello", client.ReceivedText);
    }

    [Fact]
    public async Task ApplyAsync_OptionsChangedAfterwards_EngineDoesNotNotice()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();
        LoadBalancerOptions next = Options(stage, pool => pool.Backends["b0"].Weight = 2);
        await stage.Balancer.ApplyAsync(next);

        next.Pools["site"].Backends["b0"].Weight = 9;

        Assert.Equal(9, int.Parse(Assert.Single(stage.Balancer.Compare(next)).After, System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task ApplyAsync_WhileDraining_IsRefused()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();
        MemoryClient client = stage.Connect();
        Task drain = stage.Balancer.DrainAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(() => stage.Balancer.ApplyAsync(Options(stage, pool => pool.ConnectAttempts = 1)));

        client.Finish();
        await drain.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Compare_EachKindOfChange_NamesPathValuesAndConnections()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 2);
        stage.Connect();
        LoadBalancerOptions next = Options(stage);
        next.Listeners["web"].IdleTimeout = TimeSpan.FromMinutes(5);
        next.Pools["site"].Backends.Remove("b0");
        next.Pools["site"].Backends["b1"].Weight = 4;
        next.Pools["site"].AddBackend("b2", "10.0.0.3:80");

        IReadOnlyList<ConfigurationChange> changes = stage.Balancer.Compare(next);

        int ofB0 = stage.Status.Pools[0].Backends[0].ActiveConnections;
        Assert.Equal(
            [
                new ConfigurationChange(ConfigurationChangeKind.Changed, "listeners.web.idleTimeout", "15m", "5m", 1),
                new ConfigurationChange(ConfigurationChangeKind.Removed, "pools.site.backends.b0", "10.0.0.1:80 weight 1", "", ofB0),
                new ConfigurationChange(ConfigurationChangeKind.Changed, "pools.site.backends.b1.weight", "1", "4", 1 - ofB0),
                new ConfigurationChange(ConfigurationChangeKind.Added, "pools.site.backends.b2", "", "10.0.0.3:80 weight 1", 0),
            ],
            changes.OrderBy(change => change.Path, StringComparer.Ordinal));
    }

    /// <summary>What the stage runs with, and one change of its pool.</summary>
    internal static LoadBalancerOptions Options(MemoryStage stage, Action<BackendPoolOptions>? change = null)
    {
        var options = new LoadBalancerOptions { MaxConnections = 1024 };
        options.Listeners.Add("web", new ListenerOptions { Bind = MemoryStage.Listener, Pool = "site" });
        var pool = new BackendPoolOptions();
        for (int i = 0; i < stage.Backends.Count; i++)
        {
            pool.AddBackend($"b{i}", stage.Backends[i].EndPoint.ToString());
        }

        change?.Invoke(pool);
        options.Pools.Add("site", pool);
        return options;
    }
}
