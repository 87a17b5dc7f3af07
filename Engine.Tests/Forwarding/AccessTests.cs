// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Testing;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Transport.Memory;

namespace LbEngine.Tests.Forwarding;

/// <summary>Who may come in, and how many in a time, over TCP.</summary>
public class AccessTests
{
    [Theory]
    [InlineData("nobody is named", "", "", "198.51.100.7", true)]
    [InlineData("denied", "", "198.51.100.0/24", "198.51.100.7", false)]
    [InlineData("not denied", "", "198.51.100.0/24", "198.51.101.7", true)]
    [InlineData("allowed", "198.51.100.0/24", "", "198.51.100.7", true)]
    [InlineData("not allowed", "198.51.100.0/24", "", "198.51.101.7", false)]
    [InlineData("allowed inside of a denied network", "0.0.0.0/0 198.51.100.7", "198.51.100.0/24", "198.51.100.7", true)]
    [InlineData("a neighbour of that", "0.0.0.0/0 198.51.100.7", "198.51.100.0/24", "198.51.100.8", false)]
    [InlineData("denied inside of an allowed network", "198.51.0.0/16", "198.51.100.0/24", "198.51.100.7", false)]
    [InlineData("in none of both", "198.51.0.0/16", "198.51.100.0/24", "203.0.113.1", false)]
    [InlineData("IPv6 where IPv4 alone is allowed", "0.0.0.0/0", "", "2001:db8::1", false)]
    [InlineData("IPv4 where IPv6 alone is denied", "", "::/0", "198.51.100.7", true)]
    [InlineData("a network of IPv6", "", "2001:db8::/32", "2001:db8:1::1", false)]
    public async Task Connect_ClientOfANetwork_ComesInAsTheListsSay(string sentence, string allow, string deny, string client, bool comesIn)
    {
        foreach (FullBehaviour whenFull in Enum.GetValues<FullBehaviour>())
        {
            await using MemoryStage stage = await MemoryStage.StartAsync(listener: listener =>
            {
                listener.WhenFull = whenFull;
                listener.Bind = client.Contains(':', StringComparison.Ordinal) ? "[2001:db8:ffff::1]:80" : MemoryStage.Listener;
                Add(listener.Allow, allow);
                Add(listener.Deny, deny);
            });

            MemoryClient come = stage.Network.Connect(client, stage.Status.Listeners[0].EndPoint.ToString());

            Assert.True(comesIn == (come.Closed == MemoryClose.None), sentence);
            Assert.Equal(comesIn ? 0 : 1, stage.Rejected(RejectReason.Denied));
            Assert.Equal(comesIn ? 1 : 0, stage.Status.ActiveConnections);
            Assert.Equal((1, comesIn ? 0 : 1), (stage.Status.Listeners[0].AcceptedConnections, stage.Status.Listeners[0].RejectedConnections));
        }
    }

    [Fact]
    public async Task Connect_ClientIsDeniedWhileTheListenerIsFull_TakesNoPlace()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(listener: listener =>
        {
            listener.MaxConnections = 1;
            listener.WhenFull = FullBehaviour.Refuse;
            listener.Deny.Add("198.51.100.8");
        });
        stage.Connect();

        MemoryClient denied = stage.Connect("198.51.100.8");

        Assert.Equal(MemoryClose.Reset, denied.Closed);
        Assert.Equal((1, 0), (stage.Rejected(RejectReason.Denied), stage.Rejected(RejectReason.ListenerLimit)));
    }

    [Fact]
    public async Task Connect_HeaderNamesTheClient_ListAndRateGoByTheRealAddress()
    {
        await using InspectingStage stage = await InspectingStage.StartAsync(listener: web =>
        {
            web.Deny.Add("203.0.113.9");
            web.Deny.Add("198.51.100.7"); // who connects, and brings others
            web.Rate = new RateOptions { PerClient = "1/h" };
        });
        MemoryClient[] clients = [.. Enumerable.Range(0, 5).Select(_ => stage.Connect())];
        string[] real = ["203.0.113.1:1", "203.0.113.9:1", "203.0.113.1:2", "203.0.113.2:1", "198.51.100.7:9"];

        foreach ((MemoryClient client, string address) in clients.Zip(real))
        {
            client.Send(HeaderInspection.Line("other", address));
        }

        Assert.Equal(
            [MemoryClose.None, MemoryClose.Reset, MemoryClose.Reset, MemoryClose.None, MemoryClose.Reset],
            clients.Select(client => client.Closed));
        Assert.Equal((2, 1), (stage.Memory.Rejected(RejectReason.Denied), stage.Memory.Rejected(RejectReason.RateLimit)));
        Assert.Equal(2, stage.Memory.Status.ActiveConnections);
    }

    [Fact]
    public async Task Connect_MoreOftenThanTheRate_IsResetUntilTimeHasPassed()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(listener: listener => listener.Rate = new RateOptions { PerClient = "10/s", Burst = 3 });

        MemoryClose[] atOnce = [.. Enumerable.Range(0, 5).Select(_ => stage.Connect().Closed)];
        MemoryClose other = stage.Connect("198.51.100.8").Closed;
        stage.Time.Advance(TimeSpan.FromMilliseconds(100));
        MemoryClose[] later = [.. Enumerable.Range(0, 2).Select(_ => stage.Connect().Closed)];

        Assert.Equal([MemoryClose.None, MemoryClose.None, MemoryClose.None, MemoryClose.Reset, MemoryClose.Reset], atOnce);
        Assert.Equal(MemoryClose.None, other);
        Assert.Equal([MemoryClose.None, MemoryClose.Reset], later);
        Assert.Equal(3, stage.Rejected(RejectReason.RateLimit));
        Assert.Equal(5, stage.Status.ActiveConnections);
    }

    [Theory]
    [InlineData("a subscriber of IPv6, as it comes", "2001:db8:1:2::7", "2001:db8:1:2:ffff::8", true)]
    [InlineData("another subscriber", "2001:db8:1:2::7", "2001:db8:1:3::7", false)]
    [InlineData("each address of IPv4, as it comes", "198.51.100.7", "198.51.100.8", false)]
    public async Task Connect_TwoAddresses_HaveOneRateWithinThePrefix(string sentence, string first, string second, bool together)
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(listener: listener =>
        {
            listener.Bind = first.Contains(':', StringComparison.Ordinal) ? "[2001:db8:ffff::1]:80" : MemoryStage.Listener;
            listener.Rate = new RateOptions { PerClient = "1/s" };
        });
        string to = stage.Status.Listeners[0].EndPoint.ToString();
        stage.Network.Connect(first, to);

        Assert.True(together == (stage.Network.Connect(second, to).Closed == MemoryClose.Reset), sentence);
    }

    [Fact]
    public async Task Connect_TotalIsReached_TurnsEverybodyAwayButWhoIsOverItsOwnRateTakesNothing()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(
            listener: listener => listener.Rate = new RateOptions { PerClient = "1/s", Total = "3/s" });

        MemoryClose[] greedy = [.. Enumerable.Range(0, 5).Select(_ => stage.Connect().Closed)];
        MemoryClose[] others = [.. Enumerable.Range(1, 3).Select(client => stage.Connect($"203.0.113.{client}").Closed)];

        Assert.Equal(4, greedy.Count(close => close == MemoryClose.Reset));
        Assert.Equal([MemoryClose.None, MemoryClose.None, MemoryClose.Reset], others);
    }

    [Fact]
    public async Task Connect_OverTheRateWithDrop_HearsNothingAndHoldsNothing()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(
            listener: listener => listener.Rate = new RateOptions { PerClient = "1/s", Over = OverRateBehaviour.Drop });
        stage.Connect();

        MemoryClient dropped = stage.Connect();

        Assert.Equal(MemoryClose.None, dropped.Closed);
        Assert.Equal((1, 1), (stage.Rejected(RejectReason.RateLimit), stage.Status.ActiveConnections));
    }

    [Fact]
    public async Task TurnedAway_ByListAndByRate_IsSaidOnceForEachReason()
    {
        const int TurnedAway = 312;
        var log = new RecordingLoggerFactory();
        await using MemoryStage stage = await MemoryStage.StartAsync(
            listener: listener =>
            {
                listener.Deny.Add("198.51.100.8");
                listener.Rate = new RateOptions { PerClient = "1/h" };
            },
            builder: builder => builder.UseLoggerFactory(log));

        for (int i = 0; i < 5; i++)
        {
            stage.Connect();
            stage.Connect("198.51.100.8");
        }

        string[] said = [.. log.Lines.Where(line => line.Id == TurnedAway).Select(line => line.Text)];
        Assert.Equal(2, said.Length);
        Assert.Contains(said, text => text.Contains(nameof(RejectReason.Denied), StringComparison.Ordinal));
        Assert.Contains(said, text => text.Contains(nameof(RejectReason.RateLimit), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Reload_OtherListsAndRate_CountFromTheNextClientOn()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();
        MemoryClient before = stage.Connect();
        LoadBalancerOptions options = stage.Balancer.GetConfiguration();
        options.Listeners["web"].Deny.Add("198.51.100.7");

        IReadOnlyList<ConfigurationChange> changes = await stage.Balancer.ApplyAsync(options);
        MemoryClient after = stage.Connect();
        options.Listeners["web"].Deny.Clear();
        await stage.Balancer.ApplyAsync(options);
        MemoryClient again = stage.Connect();

        Assert.Equal((MemoryClose.None, MemoryClose.Reset, MemoryClose.None), (before.Closed, after.Closed, again.Closed));
        Assert.Equal(("listeners.web.deny", "none", "198.51.100.7"), (changes[0].Path, changes[0].Before, changes[0].After));
    }

    private static void Add(IList<string> list, string networks)
    {
        foreach (string network in networks.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            list.Add(network);
        }
    }
}
