// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Testing;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Inspection.ProxyProtocol;
using LbEngine.Tests.Transport.Memory;

namespace LbEngine.Tests.Forwarding;

/// <summary>A listener that inspects so many clients at once: whoever says nothing for longest goes when another comes.</summary>
public sealed class InspectionLimitTests
{
    private const int ClientsTurnedAwayId = 312;

    [Fact]
    public async Task Arrive_OneMoreThanMayBeInspected_OldestIsTurnedAwayAndTheNewcomerIsServed()
    {
        await using MemoryStage stage = await StartAsync(most: 2);
        MemoryClient[] silent = Connect(stage, 2);
        MemoryClient newcomer = stage.Connect();
        newcomer.Send([.. Header, .. "hello"u8]);

        Assert.Equal([MemoryClose.Reset, MemoryClose.None], silent.Select(static client => client.Closed));
        Assert.Equal("hello", newcomer.ReceivedText);
        Assert.Equal(1, stage.Rejected(RejectReason.InspectionLimit));
        Assert.Equal(1, stage.Status.Listeners[0].InspectingConnections);
    }

    [Fact]
    public async Task Arrive_ManyThatDripTheirHeader_OldestGoesFirstAndHonestOnesAreServed()
    {
        await using MemoryStage stage = await StartAsync(most: 8);
        var slow = new List<MemoryClient>();
        for (int i = 0; i < 50; i++)
        {
            slow.Add(stage.Connect());
            for (int number = 0; number < slow.Count; number++)
            {
                // To send makes nobody younger.
                if (slow[number].Closed == MemoryClose.None)
                {
                    slow[number].Send(Header.AsSpan(i - number, 1));
                }
            }

            MemoryClient honest = stage.Connect();
            honest.Send([.. Header, .. "hello"u8]);
            honest.Finish();

            // The honest one took a place for a moment, too, before it had said anything.
            int gone = Math.Max(0, slow.Count - 7);
            Assert.Equal("hello", honest.ReceivedText);
            Assert.All(slow[..gone], static client => Assert.Equal(MemoryClose.Reset, client.Closed));
            Assert.InRange(stage.Status.Listeners[0].InspectingConnections, 0, 8);
        }

        Assert.Equal(50, stage.Closed(CloseReason.Completed));
    }

    [Fact]
    public async Task Arrive_OthersWerePlaced_TheyCountNoMoreAndLiveOn()
    {
        await using MemoryStage stage = await StartAsync(most: 1);
        MemoryClient placed = stage.Connect();
        placed.Send(Header);
        MemoryClient silent = stage.Connect();
        MemoryClient newcomer = stage.Connect();
        placed.Send("hello");

        Assert.Equal((MemoryClose.None, "hello"), (placed.Closed, placed.ReceivedText));
        Assert.Equal((MemoryClose.Reset, MemoryClose.None), (silent.Closed, newcomer.Closed));
    }

    [Theory]
    [InlineData("speaks")]
    [InlineData("speaks nonsense")]
    [InlineData("resets")]
    [InlineData("finishes")]
    [InlineData("is closed")]
    [InlineData("times out")]
    public async Task Arrive_OneOfThemHasGone_NobodyHasToGoForTheNext(string how)
    {
        await using MemoryStage stage = await StartAsync(most: 3);
        MemoryClient first = stage.Connect();
        stage.Time.Advance(TimeSpan.FromSeconds(1));
        MemoryClient[] others = Connect(stage, 2);
        switch (how)
        {
            case "speaks":
                first.Send(Header);
                break;
            case "speaks nonsense":
                first.Send("GET / HTTP/1.1\r\n");
                break;
            case "resets":
                first.Reset();
                break;
            case "finishes":
                first.Finish();
                break;
            case "is closed":
                await stage.Balancer.CloseConnectionAsync(stage.Balancer.GetConnections().First().Id);
                break;
            default:
                stage.Time.Advance(TimeSpan.FromSeconds(4));
                break;
        }

        int left = stage.Status.Listeners[0].InspectingConnections;
        MemoryClient next = stage.Connect();

        Assert.Equal(2, left);
        Assert.All(others.Append(next), static client => Assert.Equal(MemoryClose.None, client.Closed));
        Assert.Equal(0, stage.Rejected(RejectReason.InspectionLimit));
    }

    [Fact]
    public async Task Reload_LowersTheLimit_OldestGoWithTheNextClient()
    {
        LoadBalancerOptions? options = null;
        await using MemoryStage stage = await StartAsync(most: 8, options: own => options = own);
        MemoryClient[] silent = Connect(stage, 8);

        options!.Listeners["web"].MaxInspecting = 2;
        await stage.Balancer.ApplyAsync(options);
        int before = stage.Status.Listeners[0].InspectingConnections;
        MemoryClient newcomer = stage.Connect();

        Assert.Equal((8, 2), (before, stage.Status.Listeners[0].InspectingConnections));
        Assert.All(silent[..7], static client => Assert.Equal(MemoryClose.Reset, client.Closed));
        Assert.Equal((MemoryClose.None, MemoryClose.None), (silent[7].Closed, newcomer.Closed));
    }

    [Fact]
    public async Task Reload_LowersTheLimitByVeryMany_SoManyGoForEachNewcomer()
    {
        LoadBalancerOptions? options = null;
        await using MemoryStage stage = await StartAsync(most: 200, options: own => options = own);
        Connect(stage, 200);

        options!.Listeners["web"].MaxInspecting = 1;
        await stage.Balancer.ApplyAsync(options);
        List<int> counts = [];
        for (int i = 0; i < 4; i++)
        {
            stage.Connect();
            counts.Add(stage.Status.Listeners[0].InspectingConnections);
        }

        Assert.Equal([201 - InspectionCrowd.MostForOne, 202 - (2 * InspectionCrowd.MostForOne), 203 - (3 * InspectionCrowd.MostForOne), 1], counts);
    }

    [Fact]
    public async Task Reload_TakesTheInspectionAway_NewcomersAreNotCountedAndNobodyGoes()
    {
        LoadBalancerOptions? options = null;
        await using MemoryStage stage = await StartAsync(most: 2, options: own => options = own);
        MemoryClient[] silent = Connect(stage, 2);

        options!.Listeners["web"].AcceptProxy = null;
        await stage.Balancer.ApplyAsync(options);
        MemoryClient[] newcomers = Connect(stage, 5);

        Assert.Equal(2, stage.Status.Listeners[0].InspectingConnections);
        Assert.All(silent.Concat(newcomers), static client => Assert.Equal(MemoryClose.None, client.Closed));
        silent[0].Send("hello");
        Assert.Equal(("hello", 1), (silent[0].ReceivedText, stage.Status.Listeners[0].InspectingConnections));
    }

    [Fact]
    public async Task Arrive_LimitIsLeftOut_AQuarterOfWhatTheEngineHoldsMayBeInspected()
    {
        await using MemoryStage stage = await StartAsync(most: null, options: all => all.MaxConnections = 20);
        MemoryClient[] silent = Connect(stage, 6);

        Assert.Equal(5, stage.Status.Listeners[0].InspectingConnections);
        Assert.Equal(1, silent.Count(static client => client.Closed == MemoryClose.Reset));
    }

    [Fact]
    public async Task Arrive_ListenerReadsNothing_LimitIsWithoutEffect()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(listener: web => web.MaxInspecting = 1);
        MemoryClient[] clients = Connect(stage, 5);

        Assert.All(clients, static client => Assert.Equal(MemoryClose.None, client.Closed));
        Assert.Equal(0, stage.Status.Listeners[0].InspectingConnections);
    }

    [Fact]
    public async Task Arrive_TwoListeners_OneThatIsFloodedTakesNothingFromTheOther()
    {
        await using MemoryStage stage = await StartAsync(
            most: 2, options: all => all.Listeners.Add("other", new ListenerOptions { Bind = "192.0.2.1:81", Pool = "site", AcceptProxy = Trusting }));
        MemoryClient beside = stage.Network.Connect("198.51.100.9", "192.0.2.1:81");
        Connect(stage, 10);

        Assert.Equal(MemoryClose.None, beside.Closed);
        Assert.Equal([2, 1], stage.Status.Listeners.Select(static listener => listener.InspectingConnections));
    }

    [Fact]
    public async Task Arrive_LimitBites_IsLoggedOnceAMinute()
    {
        using var log = new RecordingLoggerFactory();
        await using MemoryStage stage = await StartAsync(most: 2, builder: own => own.UseLoggerFactory(log));
        Connect(stage, 100);
        int atFirst = log.Lines.Count(static line => line.Id == ClientsTurnedAwayId);

        stage.Time.Advance(TimeSpan.FromMinutes(2));
        Connect(stage, 3);

        Assert.Equal(1, atFirst);
        string[] said = [.. log.Lines.Select(static line => line.Text).Where(static text => text.Contains("InspectionLimit", StringComparison.Ordinal))];
        Assert.Equal(2, said.Length);
        Assert.Contains(" 98 since the last such line", said[1], StringComparison.Ordinal);
    }

    private static byte[] Header => Headers.Text("PROXY TCP4 192.0.2.1 198.51.100.7 56324 443");

    private static AcceptProxyOptions Trusting => new() { Trusted = { "198.51.100.0/24" } };

    private static MemoryClient[] Connect(MemoryStage stage, int count) => [.. Enumerable.Range(0, count).Select(_ => stage.Connect())];

    private static Task<MemoryStage> StartAsync(int? most, Action<LoadBalancerOptions>? options = null, Action<LoadBalancerBuilder>? builder = null) =>
        MemoryStage.StartAsync(
            listener: web =>
            {
                web.AcceptProxy = Trusting;
                web.MaxInspecting = most;
            },
            options: options,
            builder: builder);
}
