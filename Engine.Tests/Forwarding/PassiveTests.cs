// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Observability;
using LbEngine.Testing;
using LbEngine.Tests.Transport.Memory;

namespace LbEngine.Tests.Forwarding;

/// <summary>What live TCP traffic teaches an engine of its backends.</summary>
public sealed class PassiveTests
{
    [Theory]
    [InlineData("refused")]
    [InlineData("unreachable")]
    [InlineData("no answer")]
    public async Task Connects_ThreeFailInARow_TheBackendIsLeftOutForFiveSecondsAndThenLonger(string how)
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 3, pool: pool => pool.Scheduler = "smooth-weighted-round-robin");
        Break(stage, how);

        int connects = ConnectUntilEjected(stage, how == "no answer");
        int attempts = stage.Backends[0].ConnectAttempts;
        for (int i = 0; i < 30; i++)
        {
            stage.Connect();
        }

        int attemptsWhileOut = stage.Backends[0].ConnectAttempts;
        stage.Time.Advance(TimeSpan.FromSeconds(5));
        bool isBack = !First(stage).IsEjected;
        ConnectUntilEjected(stage, how == "no answer");
        stage.Time.Advance(TimeSpan.FromSeconds(9));

        Assert.InRange(connects, 3, 9);
        Assert.Equal((3, 3, true), (attempts, attemptsWhileOut, isBack));
        Assert.Equal(4, stage.Backends[0].ConnectAttempts);
        Assert.True(First(stage).IsEjected, "The second time was not longer than the first.");
        stage.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(First(stage).IsEjected);
    }

    [Fact]
    public async Task Connects_AnswersBetweenTheFailures_EjectNobody()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 2, pool: pool => pool.Scheduler = "smooth-weighted-round-robin");

        for (int i = 0; i < 20; i++)
        {
            stage.Backends[0].Refuse();
            long failures = First(stage).ConnectFailures;
            while (First(stage).ConnectFailures < failures + 2)
            {
                stage.Connect();
            }

            stage.Backends[0].Accept();
            Answer(stage);
        }

        Assert.False(First(stage).IsEjected);
        Assert.Equal(40, First(stage).ConnectFailures);
    }

    [Fact]
    public async Task Connects_FailuresFarApart_EjectNobody()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 2, pool: pool => pool.Scheduler = "smooth-weighted-round-robin");
        stage.Backends[0].Refuse();

        for (int i = 0; i < 10; i++)
        {
            long failures = First(stage).ConnectFailures;
            while (First(stage).ConnectFailures == failures)
            {
                stage.Connect();
            }

            stage.Time.Advance(TimeSpan.FromSeconds(31));
        }

        Assert.False(First(stage).IsEjected);
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task Resets_BeforeAnyReply_EjectAndAfterOneDoNot(bool answersFirst, bool ejects)
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 2, pool: pool => pool.Scheduler = "smooth-weighted-round-robin");
        stage.Backends[0].OnConnected(connection => connection.OnReceived((own, bytes) =>
        {
            if (answersFirst && bytes.Length == "hello".Length)
            {
                own.Send("so far");
            }
            else
            {
                own.Reset();
            }
        })).Silent();

        for (int i = 0; i < 20; i++)
        {
            MemoryClient client = stage.Connect($"198.51.100.{i}");
            client.Send("hello");
            client.Send("bye");
        }

        Assert.Equal(ejects, First(stage).IsEjected);
        Assert.Equal(ejects ? 3 : 10, First(stage).Resets);
    }

    [Theory]
    [InlineData("198.51.100.7", "198.51.100.7")]
    [InlineData("2001:db8:1:2::7", "2001:db8:1:2:ffff::9")]
    public async Task Resets_OneClientSendsWhatNobodyTakes_EjectNobody(string from, string alsoFrom)
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(
            backends: 4, pool: pool => pool.Scheduler = "smooth-weighted-round-robin", listener: listener => listener.Bind = ListenerFor(from));
        ResetOnBytes(stage, 4);

        for (int i = 0; i < 24; i++)
        {
            Poison(stage, i % 2 == 0 ? from : alsoFrom);
        }

        Assert.All(stage.Status.Pools[0].Backends, backend => Assert.Equal((6, false), (backend.Resets, backend.IsEjected)));
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(3, 3)]
    [InlineData(5, 5)]
    public async Task Resets_SeveralClientsMeetThem_EjectTheBackend(int failures, int resets)
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(
            backends: 2, pool: pool => (pool.Scheduler, pool.Passive!.Failures) = ("smooth-weighted-round-robin", failures));
        ResetOnBytes(stage, 1);

        for (int i = 0; i < 24; i++)
        {
            Poison(stage, $"198.51.100.{i}");
        }

        Assert.Equal((resets, true), (First(stage).Resets, First(stage).IsEjected));
    }

    [Fact]
    public async Task Resets_ActiveChecksPass_EjectNobodyUntilTheyFail()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(
            backends: 2,
            pool: pool => (pool.Scheduler, pool.Health) = ("smooth-weighted-round-robin", new HealthOptions { Fall = 100 }));
        ResetOnBytes(stage, 1);
        stage.Time.Advance(TimeSpan.FromSeconds(10));

        for (int i = 0; i < 24; i++)
        {
            Poison(stage, $"198.51.100.{i}");
        }

        bool whilePassing = First(stage).IsEjected;
        stage.Backends[0].Blackhole();
        stage.Time.Advance(TimeSpan.FromSeconds(10));
        stage.Backends[0].Accept();
        ResetOnBytes(stage, 1);
        for (int i = 0; i < 24; i++)
        {
            Poison(stage, $"198.51.100.{i}");
        }

        Assert.Equal((false, true), (whilePassing, First(stage).IsEjected));
    }

    [Fact]
    public async Task Resets_BeforeTheClientHasSentAnything_AreTheBackendsDoing()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 2, pool: pool => pool.Scheduler = "smooth-weighted-round-robin");
        stage.Backends[0].OnConnected(connection => connection.Reset()).Silent();

        for (int i = 0; i < 12; i++)
        {
            stage.Connect();
        }

        Assert.True(First(stage).IsEjected, "The backend resets everybody at once.");
    }

    [Fact]
    public async Task Connects_PassiveIsOff_EjectNobody()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 2, pool: pool => pool.Passive = null);
        stage.Backends[0].Refuse();

        for (int i = 0; i < 50; i++)
        {
            stage.Connect();
        }

        Assert.False(First(stage).IsEjected);
        Assert.True(First(stage).ConnectFailures > 3, "It hardly failed.");
    }

    [Fact]
    public async Task Connects_MaxEjectedPercent_LimitsHowManyAreOut()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(
            backends: 4,
            pool: pool =>
            {
                pool.Scheduler = "smooth-weighted-round-robin";
                pool.Passive = new PassiveHealthOptions { Failures = 1, MaxEjectedPercent = 25 };
            });
        stage.Backends.Take(3).ToList().ForEach(backend => backend.Refuse());

        for (int i = 0; i < 50; i++)
        {
            stage.Connect();
        }

        Assert.Equal(1, stage.Status.Pools[0].Backends.Count(backend => backend.IsEjected));
    }

    [Fact]
    public async Task HealthChecks_InMemory_SeeWhetherABackendAccepts()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 2, pool: pool => pool.Health = new HealthOptions());
        stage.Time.Advance(TimeSpan.FromSeconds(10));
        stage.Backends[0].Blackhole();

        stage.Time.Advance(TimeSpan.FromSeconds(10));
        (HealthState State, ProbeCause? Cause) down = (First(stage).HealthState, First(stage).LastProbe?.Cause);
        int attempts = stage.Backends[0].ConnectAttempts;
        stage.Backends[0].Accept();
        stage.Time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal((HealthState.Down, ProbeCause.NoAnswer), down);
        Assert.Equal((HealthState.Up, 0), (First(stage).HealthState, attempts));
    }

    [Fact]
    public async Task Reload_ChangesHealthAndSlowStart_TakeEffectAndKeepWhatIsKnown()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 2, pool: pool => pool.Health = new HealthOptions());
        stage.Backends[0].Refuse();
        stage.Time.Advance(TimeSpan.FromSeconds(20));
        HealthState before = First(stage).HealthState;
        stage.Network.AddBackend("10.0.0.9:80");

        await stage.Balancer.ApplyAsync(Options(pool =>
        {
            pool.Health = new HealthOptions { Interval = TimeSpan.FromSeconds(7) };
            pool.SlowStart = TimeSpan.FromSeconds(30);
            pool.AddBackend("new", "10.0.0.9:80");
        }));
        HealthState after = First(stage).HealthState;
        int percent = stage.Status.Pools[0].Backends[2].SlowStartPercent;
        await stage.Balancer.ApplyAsync(Options(_ => { }));

        Assert.Equal((HealthState.Down, HealthState.Down, 5), (before, after, percent));
        Assert.Equal((HealthState.Unknown, null), (First(stage).HealthState, First(stage).LastProbe));
    }

    private static LoadBalancerOptions Options(Action<BackendPoolOptions> configure)
    {
        var options = new LoadBalancerOptions { MaxConnections = 1024 };
        options.Listeners.Add("web", new ListenerOptions { Bind = MemoryStage.Listener, Pool = "site" });
        var pool = new BackendPoolOptions();
        pool.AddBackend("b0", "10.0.0.1:80").AddBackend("b1", "10.0.0.2:80");
        configure(pool);
        options.Pools.Add("site", pool);
        return options;
    }

    private static void Break(MemoryStage stage, string how) => _ = how switch
    {
        "refused" => stage.Backends[0].Refuse(),
        "unreachable" => stage.Backends[0].Unreachable(),
        _ => stage.Backends[0].Blackhole(),
    };

    private static int ConnectUntilEjected(MemoryStage stage, bool waits)
    {
        int connects = 0;
        for (; connects < 100 && !First(stage).IsEjected; connects++)
        {
            stage.Connect();
            if (waits)
            {
                stage.Time.Advance(TimeSpan.FromSeconds(5));
            }
        }

        return connects;
    }

    private static void Answer(MemoryStage stage)
    {
        long total = First(stage).TotalConnections;
        while (First(stage).TotalConnections == total)
        {
            MemoryClient client = stage.Connect();
            client.Send("hello");
            client.Reset();
        }
    }

    private static string ListenerFor(string client) => client.Contains(':') ? "[2001:db8::1]:80" : MemoryStage.Listener;

    private static void ResetOnBytes(MemoryStage stage, int backends)
    {
        foreach (MemoryBackend backend in stage.Backends.Take(backends))
        {
            backend.OnConnected(connection => connection.OnReceived((own, _) => own.Reset())).Silent();
        }
    }

    private static void Poison(MemoryStage stage, string from)
    {
        MemoryClient client = stage.Network.Connect(from, ListenerFor(from));
        client.Send("what nobody understands");
    }

    private static BackendStatus First(MemoryStage stage) => stage.Status.Pools[0].Backends[0];
}
