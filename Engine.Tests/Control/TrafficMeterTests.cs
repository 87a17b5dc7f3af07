// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Admission;
using LbEngine.Configuration;
using LbEngine.Connections;
using LbEngine.Control;
using LbEngine.Observability;
using LbEngine.Tables;
using LbEngine.Testing;
using LbEngine.Tests.Forwarding;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Transport.Memory;

namespace LbEngine.Tests.Control;

public sealed class TrafficMeterTests
{
    [Fact]
    public async Task GetStatus_LiveAndEndedConnections_HasTheBytesOfBoth()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 2);
        stage.Backends[0].Respond("four");
        stage.Backends[1].Respond("seven!!");
        MemoryClient ends = stage.Connect();
        MemoryClient lives = stage.Connect();
        ends.Send("0123456789");
        lives.Send("abc");
        LoadBalancerStatus before = stage.Status;
        ends.Finish();

        LoadBalancerStatus after = stage.Status;

        Assert.Equal((2, 1), (before.ActiveConnections, after.ActiveConnections));
        foreach (LoadBalancerStatus status in (LoadBalancerStatus[])[before, after])
        {
            TrafficStatus[] backends = [.. status.Pools[0].Backends.Select(backend => backend.Traffic)];
            Assert.Equal((13, 11), (status.Listeners[0].Traffic.BytesToBackend, status.Listeners[0].Traffic.BytesToClient));
            Assert.Equal(status.Listeners[0].Traffic.BytesToBackend, backends.Sum(backend => backend.BytesToBackend));
            Assert.Equal([4, 7], backends.Select(backend => backend.BytesToClient).Order());
        }
    }

    [Fact]
    public async Task GetStatus_Flow_HasTheBytesOfItsDatagrams()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(listener: dns => dns.IdleTimeout = TimeSpan.FromSeconds(10));
        _ = stage.Ask("hello");
        TrafficStatus live = stage.Status.Listeners[0].Traffic;
        stage.Time.Advance(TimeSpan.FromMinutes(1));

        LoadBalancerStatus ended = stage.Status;

        Assert.Equal(0, ended.ActiveConnections);
        Assert.Equal(5, live.BytesToBackend);
        Assert.Equal((live.BytesToBackend, live.BytesToClient), (ended.Listeners[0].Traffic.BytesToBackend, ended.Listeners[0].Traffic.BytesToClient));
        Assert.Equal(ended.Listeners[0].Datagrams!.BytesToClients, ended.Listeners[0].Traffic.BytesToClient);
        Assert.Equal(5, ended.Pools[0].Backends[0].Traffic.BytesToBackend);
    }

    [Fact]
    public async Task GetStatus_SteadyTraffic_HasItsRatesOverTheLastSeconds()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();
        stage.Backends[0].Respond("12");
        for (int second = 0; second < 60; second++)
        {
            // Half a second after each tick, so that what is counted is not a matter of who comes first.
            stage.Time.Advance(TimeSpan.FromMilliseconds(500));
            MemoryClient client = stage.Connect();
            client.Send("12345678");
            client.Finish();
            stage.Time.Advance(TimeSpan.FromMilliseconds(500));
        }

        stage.Time.Advance(TimeSpan.FromSeconds(2));
        LoadBalancerStatus status = stage.Status;

        // A minute and two seconds: the sums that were kept are of 55 and 60 seconds.
        Assert.Equal(TimeSpan.FromSeconds(7), status.RateWindow);
        Assert.Equal(new TrafficStatus(480, 120, Per(5), Per(40), Per(10)), status.Listeners[0].Traffic);
        Assert.Equal(status.Listeners[0].Traffic, status.Pools[0].Backends[0].Traffic);

        static double Per(long count) => Math.Round(count / 7.0, 3);
    }

    [Fact]
    public async Task GetStatus_AtOnceAndBeforeTheStart_HasNoRateOutOfNoTime()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();
        _ = stage.Connect();
        LoadBalancer never = new LoadBalancerBuilder()
            .UseMemoryNetwork(stage.Network)
            .AddListener("web", "192.0.2.9:80", "site")
            .AddPool("site", pool => pool.AddBackend("a", "10.0.0.1:80"))
            .Build();

        LoadBalancerStatus atOnce = stage.Status;
        stage.Time.Advance(TimeSpan.FromMilliseconds(10));
        LoadBalancerStatus soon = stage.Status;

        Assert.Equal((TimeSpan.Zero, 0), (atOnce.RateWindow, atOnce.Listeners[0].Traffic.ConnectionsPerSecond));
        Assert.Equal((TimeSpan.FromMilliseconds(10), 1), (soon.RateWindow, soon.Listeners[0].Traffic.ConnectionsPerSecond));
        Assert.Equal(TimeSpan.Zero, never.GetStatus().RateWindow);
        await never.DisposeAsync();
    }

    [Fact]
    public async Task GetStatus_TrafficAfterADayOfNone_HasItsRatesAfterAFewSeconds()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();
        stage.Time.Advance(TimeSpan.FromDays(1));
        _ = stage.Connect();
        TimeSpan first = stage.Status.RateWindow;
        stage.Time.Advance(TimeSpan.FromSeconds(6));
        MemoryClient client = stage.Connect();
        client.Send("123456");

        LoadBalancerStatus second = stage.Status;

        Assert.InRange(first, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(2));
        Assert.Equal(TimeSpan.FromSeconds(6), second.RateWindow);
        Assert.Equal((Math.Round(1 / 6.0, 3), 1), (second.Listeners[0].Traffic.ConnectionsPerSecond, second.Listeners[0].Traffic.BytesToBackendPerSecond));
    }

    [Theory]
    [InlineData(5, true, 0, 5)]
    [InlineData(5, false, 0, 10)]
    [InlineData(40, false, 0, 60)]
    [InlineData(60, false, 0, 60)]
    [InlineData(60, true, 4, 5)]
    [InlineData(5, true, 10, 10)]
    [InlineData(60, false, 200, 200)]
    public void NextPeriod_AfterASum_GrowsWithSilenceAndWithCost(int last, bool hasMoved, int costMilliseconds, int expected) => Assert.Equal(
        TimeSpan.FromSeconds(expected),
        TrafficMeter.NextPeriod(TimeSpan.FromSeconds(last), hasMoved, TimeSpan.FromMilliseconds(costMilliseconds)));

    [Fact]
    public async Task GetStatus_ListenerAndBackendThatAReloadAdds_CountFromZero()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();
        LoadBalancerOptions options = stage.Balancer.GetConfiguration();
        options.Listeners["more"] = new ListenerOptions { Bind = "192.0.2.1:81", Pool = "others" };
        options.Pools["others"] = new BackendPoolOptions().AddBackend("a", "10.0.0.1:80");
        stage.Time.Advance(TimeSpan.FromHours(1));
        await stage.Balancer.ApplyAsync(options);
        MemoryClient client = stage.Network.Connect("198.51.100.7", "192.0.2.1:81");
        client.Send("123");

        LoadBalancerStatus status = stage.Status;

        Assert.Equal([0, 3], status.Listeners.Select(listener => listener.Traffic.BytesToBackend));
        Assert.Equal([0, 3], status.Pools.Select(pool => pool.Backends[0].Traffic.BytesToBackend));
    }

    [Fact]
    public async Task GetStatus_WhileConnectionsEnd_CountsNothingTwiceAndNeverGoesBack()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();
        EngineParts parts = MemoryStage.PartsOf(stage.Balancer);
        Listener listener = parts.Model.Listeners[0];
        var admission = new AdmissionController(
            parts.Traffic.Table, new ConnectionLimiter(64), new BackendPicker(parts.Model.Affinity, parts.Model.Backends));
        long moved = 0;
        bool isOver = false;
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reading = Task.Run(() =>
        {
            long last = 0;
            while (!Volatile.Read(ref isOver))
            {
                TrafficStatus traffic = stage.Status.Listeners[0].Traffic;
                Assert.InRange(traffic.BytesToBackend, last, Interlocked.Read(ref moved));
                last = traffic.BytesToBackend;
                started.TrySetResult();
            }
        });
        await started.Task.WaitAsync(Waiting.DefaultLimit);
        for (int i = 0; i < 50_000; i++)
        {
            var connection = new TestConnection { Listener = listener };
            Assert.True(admission.TryArrive(connection, new Arrival(listener, Client, 0, 0), ConnectionPhase.Relaying));
            Assert.True(admission.Place(connection, listener.Pool, 0).IsPlaced);
            Interlocked.Add(ref moved, 1000);
            parts.Traffic.Table.GetEntry(connection.Handle).BytesToBackend += 1000;
            admission.Release(connection, 0);
        }

        Volatile.Write(ref isOver, true);

        await reading.WaitAsync(Waiting.DefaultLimit);
        Assert.Equal(50_000_000, stage.Status.Listeners[0].Traffic.BytesToBackend);
        Assert.Equal(50_000_000, stage.Status.Pools[0].Backends[0].Traffic.BytesToBackend);
    }

    private static EndPointKey Client => EndPointKey.From(IPEndPoint.Parse("198.51.100.7:5000"));
}
