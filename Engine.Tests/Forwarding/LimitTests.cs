// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Testing;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Transport.Memory;

namespace LbEngine.Tests.Forwarding;

public sealed class LimitTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Hold_ListenerOrProcessFull_ClientWaitsWithItsBytesUntilOneCloses(bool process)
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(
            listener: listener => listener.MaxConnections = process ? 0 : 2,
            options: options => options.MaxConnections = process ? 2 : 100);
        MemoryClient[] first = [stage.Connect(), stage.Connect()];

        MemoryClient third = stage.Connect();
        third.Send("patience");
        bool pendingWhileFull = third.IsPending;
        string textWhileFull = third.ReceivedText;
        first[0].Finish();

        Assert.True(pendingWhileFull);
        Assert.Equal("", textWhileFull);
        Assert.False(third.IsPending);
        Assert.Equal("patience", third.ReceivedText);
        Assert.Empty(stage.Status.Rejected);
        Assert.Equal(2, stage.Status.ActiveConnections);
    }

    [Theory]
    [InlineData(true, 114)]
    [InlineData(false, 113)]
    public async Task Hold_SomeWaitOneAfterTheOther_BeginAndEndAreSaidOnce(bool process, int begin)
    {
        const int Ended = 115;
        var log = new RecordingLoggerFactory();
        await using MemoryStage stage = await MemoryStage.StartAsync(
            listener: listener => listener.MaxConnections = process ? 0 : 2,
            options: options => options.MaxConnections = process ? 2 : 100,
            builder: builder => builder.UseLoggerFactory(log));
        Queue<MemoryClient> clients = new([stage.Connect(), stage.Connect()]);
        int full = log.Lines.Count(line => line.Id == begin);

        for (int i = 0; i < 4; i++)
        {
            clients.Enqueue(stage.Connect());
            clients.Enqueue(stage.Connect());
            Assert.Equal((2, process ? 0 : 2), (stage.Status.Listeners[0].HeldConnections, stage.Status.Listeners[0].MaxConnections));
            stage.Time.Advance(TimeSpan.FromMilliseconds(2500));
            clients.Dequeue().Finish();
            clients.Dequeue().Finish();
        }

        stage.Time.Advance(TimeSpan.FromSeconds(3));
        int[] ids = [.. log.Lines.Select(line => line.Id).Where(id => id == begin || id == Ended)];

        Assert.Equal(0, full);
        Assert.Equal([begin, Ended], ids);
        Assert.Contains("some did for 10 s", log.Lines.Single(line => line.Id == Ended).Text, StringComparison.Ordinal);
        Assert.Equal(0, stage.Status.Listeners[0].HeldConnections);
    }

    [Fact]
    public async Task Hold_ManyWait_AreAcceptedInTheOrderOfTheirArrival()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(listener: listener => listener.MaxConnections = 1);
        MemoryClient[] clients = [.. Enumerable.Range(0, 5).Select(_ => stage.Connect())];

        var acceptedAfterEachClose = new List<int>();
        foreach (MemoryClient client in clients)
        {
            acceptedAfterEachClose.Add(clients.Count(other => !other.IsPending));
            client.Finish();
        }

        Assert.Equal([1, 2, 3, 4, 5], acceptedAfterEachClose);
        stage.AssertClosedOnly(CloseReason.Completed, 5);
    }

    [Fact]
    public async Task Hold_WaitingClientResets_TheNextTakesItsTurn()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(listener: listener => listener.MaxConnections = 1);
        MemoryClient first = stage.Connect();
        MemoryClient second = stage.Connect();
        MemoryClient third = stage.Connect();

        second.Reset();
        first.Finish();
        third.Send("me");

        Assert.Equal("me", third.ReceivedText);
        Assert.Equal(2, stage.Status.Listeners[0].AcceptedConnections);
    }

    [Fact]
    public async Task Hold_FullUntilAnIdleTimeOut_IsAcceptedAtThatMoment()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(listener: listener => listener.MaxConnections = 1);
        stage.Connect();
        stage.Time.Advance(TimeSpan.FromMinutes(5));
        MemoryClient second = stage.Connect();

        stage.Time.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromMilliseconds(1));
        bool pendingBefore = second.IsPending;
        stage.Time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.True(pendingBefore);
        Assert.False(second.IsPending);
    }

    [Theory]
    [InlineData(true, RejectReason.ProcessLimit)]
    [InlineData(false, RejectReason.ListenerLimit)]
    public async Task Refuse_ListenerOrProcessFull_ClientIsResetAndTheNextIsServedAfterAClose(bool process, RejectReason reason)
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(
            listener: listener =>
            {
                listener.WhenFull = FullBehaviour.Refuse;
                listener.MaxConnections = process ? 0 : 2;
            },
            options: options => options.MaxConnections = process ? 2 : 100);
        MemoryClient[] first = [stage.Connect(), stage.Connect()];

        MemoryClient refused = stage.Connect();
        first[1].Reset();
        MemoryClient served = stage.Connect();
        served.Send("hello");

        Assert.Equal(MemoryClose.Reset, refused.Closed);
        Assert.Equal(1, stage.Rejected(reason));
        Assert.Equal("hello", served.ReceivedText);
        Assert.Equal(1, stage.Status.Listeners[0].RejectedConnections);
    }

    [Theory]
    [InlineData(FullBehaviour.Hold)]
    [InlineData(FullBehaviour.Refuse)]
    public async Task ClientLimit_OneMoreOfTheSameAddress_IsResetWhileOthersAreServed(FullBehaviour whenFull)
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(listener: listener =>
        {
            listener.WhenFull = whenFull;
            listener.MaxConnectionsPerClient = 2;
        });
        MemoryClient first = stage.Connect("198.51.100.7");
        MemoryClient second = stage.Connect("198.51.100.7");

        MemoryClient third = stage.Connect("198.51.100.7");
        MemoryClient other = stage.Connect("198.51.100.8");
        first.Finish();
        MemoryClient afterClose = stage.Connect("198.51.100.7");

        Assert.Equal(MemoryClose.Reset, third.Closed);
        Assert.Equal(1, stage.Rejected(RejectReason.ClientLimit));
        Assert.All([second, other, afterClose], client => Assert.Equal(MemoryClose.None, client.Closed));
        Assert.Equal(3, stage.Status.ActiveConnections);
    }

    [Theory]
    [InlineData("by itself, as it comes", null, null, "198.51.100.7", "198.51.100.8", false)]
    [InlineData("the network of a subscriber, as it comes", null, null, "2001:db8:1:2::7", "2001:db8:1:2:ffff::8", true)]
    [InlineData("the network of another subscriber", null, null, "2001:db8:1:2::7", "2001:db8:1:3::7", false)]
    [InlineData("a wider network", 24, null, "198.51.100.7", "198.51.100.8", true)]
    [InlineData("beyond it", 24, null, "198.51.100.7", "198.51.101.7", false)]
    [InlineData("a site", null, 48, "2001:db8:1:2::7", "2001:db8:1:3::7", true)]
    [InlineData("each address", null, 128, "2001:db8:1:2::7", "2001:db8:1:2::8", false)]
    public async Task ClientLimit_TwoAddresses_CountTogetherWithinThePrefix(
        string sentence, int? prefixV4, int? prefixV6, string first, string second, bool together)
    {
        const string Bind = "[2001:db8:ffff::1]:80";
        await using MemoryStage stage = await MemoryStage.StartAsync(listener: listener =>
        {
            listener.Bind = first.Contains(':', StringComparison.Ordinal) ? Bind : MemoryStage.Listener;
            listener.MaxConnectionsPerClient = 1;
            listener.ClientPrefixV4 = prefixV4 ?? listener.ClientPrefixV4;
            listener.ClientPrefixV6 = prefixV6 ?? listener.ClientPrefixV6;
        });
        string to = stage.Status.Listeners[0].EndPoint.ToString();
        MemoryClient one = stage.Network.Connect(first, to);

        MemoryClient other = stage.Network.Connect(second, to);
        one.Finish();
        MemoryClient afterwards = stage.Network.Connect(second, to);

        Assert.True(together == (other.Closed == MemoryClose.Reset), sentence);
        Assert.True(!together == (afterwards.Closed == MemoryClose.Reset), $"{sentence}: nothing was given back, or too much");
    }

    [Fact]
    public async Task ClientLimit_PrefixChangedMeanwhile_GivesBackWhatWasCounted()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(listener: listener => listener.MaxConnectionsPerClient = 1);
        MemoryClient before = stage.Connect("198.51.100.7");
        LoadBalancerOptions options = stage.Balancer.GetConfiguration();
        options.Listeners["web"].ClientPrefixV4 = 24;

        await stage.Balancer.ApplyAsync(options);
        before.Finish();
        MemoryClient first = stage.Connect("198.51.100.8");
        MemoryClient second = stage.Connect("198.51.100.9");

        Assert.Equal((MemoryClose.None, MemoryClose.Reset), (first.Closed, second.Closed));
    }

    [Fact]
    public async Task BackendLimit_EveryBackendFull_IsSaidOnceAMinuteWhileClientsAreTurnedAway()
    {
        const int PoolFull = 216;
        var log = new RecordingLoggerFactory();
        await using MemoryStage stage = await MemoryStage.StartAsync(
            backends: 1, pool: pool => pool.Backends["b0"].MaxConnections = 1, builder: builder => builder.UseLoggerFactory(log));
        int Said() => log.Lines.Count(line => line.Id == PoolFull);
        stage.Connect();
        int full = Said();

        var said = new List<int>();
        for (int i = 0; i < 7; i++)
        {
            stage.Connect();
            said.Add(Said());
            stage.Time.Advance(TimeSpan.FromSeconds(20));
        }

        Assert.Equal(0, full);
        Assert.Equal([1, 1, 1, 2, 2, 2, 3], said);
        Assert.Equal(7, stage.Rejected(RejectReason.NoBackend));
    }

    [Fact]
    public async Task BackendLimit_EveryBackendFull_IsRejectedAndRecoversAtOnce()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 2, pool: pool =>
        {
            pool.Backends["b0"].MaxConnections = 1;
            pool.Backends["b1"].MaxConnections = 2;
        });
        MemoryClient[] clients = [stage.Connect(), stage.Connect(), stage.Connect()];

        MemoryClient rejected = stage.Connect();
        int[] heldWhenFull = [.. stage.Status.Pools[0].Backends.Select(backend => backend.ActiveConnections)];
        clients[0].Finish();
        MemoryClient served = stage.Connect();
        served.Send("hello");

        Assert.Equal([1, 2], heldWhenFull);
        Assert.Equal(MemoryClose.Reset, rejected.Closed);
        Assert.Equal(1, stage.Rejected(RejectReason.NoBackend));
        Assert.Equal("hello", served.ReceivedText);
    }

    [Fact]
    public async Task BackendLimit_RetryMeetsAFullBackend_GivesUpInsteadOfOverfillingIt()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 2, pool: pool =>
        {
            pool.Backends["b0"].MaxConnections = 1;
            pool.Backends["b1"].MaxConnections = 1;
        });
        stage.Backends[0].Refuse();
        MemoryClient served = stage.Connect();

        MemoryClient turnedAway = stage.Connect();

        Assert.Equal(MemoryClose.None, served.Closed);
        Assert.Equal(MemoryClose.Reset, turnedAway.Closed);
        Assert.Single(stage.Backends[1].Connections);
        stage.AssertClosedOnly(CloseReason.ConnectFailed);
    }
}
