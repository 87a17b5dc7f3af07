// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.NetworkInformation;
using LbEngine.Backends;
using LbEngine.Configuration.Text;
using LbEngine.Connections;
using LbEngine.Forwarding;
using LbEngine.Scheduling;
using LbEngine.Tables;
using LbEngine.Tests.Harness;
using Microsoft.Extensions.Logging.Abstractions;

namespace LbEngine.Tests.Forwarding;

public sealed class OwnListenersTests
{
    private static readonly BackendPool Pool = new(0, "site", SchedulerNames.SmoothWeightedRoundRobin, static set => new SmoothWeightedRoundRobinScheduler(set));

    [Theory]
    [InlineData("the listener itself", "192.0.2.1:53", "192.0.2.1:53", true)]
    [InlineData("another port of its address", "192.0.2.1:53", "192.0.2.1:54", false)]
    [InlineData("its port at another address", "192.0.2.1:53", "192.0.2.2:53", false)]
    [InlineData("loopback is another address", "192.0.2.1:53", "127.0.0.1:53", false)]
    [InlineData("the IPv6 listener itself", "[2001:db8::1]:53", "[2001:db8::1]:53", true)]
    [InlineData("another IPv6 address", "[2001:db8::1]:53", "[2001:db8::2]:53", false)]
    [InlineData("an IPv4 address written as IPv6", "192.0.2.1:53", "[::ffff:192.0.2.1]:53", true)]
    [InlineData("a wildcard is met over loopback", "0.0.0.0:53", "127.0.0.1:53", true)]
    [InlineData("all of 127.0.0.0/8 is loopback", "0.0.0.0:53", "127.9.9.9:53", true)]
    [InlineData("a wildcard at another port", "0.0.0.0:53", "127.0.0.1:54", false)]
    [InlineData("a stranger with the same port", "0.0.0.0:53", "203.0.113.77:53", false)]
    [InlineData("an IPv6 wildcard is met over loopback", "[::]:53", "[::1]:53", true)]
    [InlineData("an IPv6 stranger with the same port", "[::]:53", "[2001:db8::77]:53", false)]
    [InlineData("a wildcard of IPv4 takes nothing of IPv6: something else listens there", "0.0.0.0:53", "[::1]:53", false)]
    [InlineData("a wildcard of IPv6 takes nothing of IPv4", "[::]:53", "127.0.0.1:53", false)]
    [InlineData("every address is met over loopback", "*:53", "127.0.0.1:53", true)]
    [InlineData("and over that of IPv6", "*:53", "[::1]:53", true)]
    [InlineData("a stranger with the port of every address", "*:53", "203.0.113.77:53", false)]
    public void Contains_ByBindAndSource_KnowsTheEnginesOwn(string sentence, string bind, string source, bool expected)
    {
        var own = new OwnListeners(NullLogger.Instance);
        own.Refresh([Listener(bind)]);

        bool found = own.Contains(EndPointKey.From(IPEndPoint.Parse(source)));

        Assert.True(expected == found, sentence);
    }

    [Theory]
    [InlineData("0.0.0.0:53")]
    [InlineData("[::]:53")]
    public void Contains_WildcardAndAnyAddressOfThisHost_IsTrue(string bind)
    {
        var own = new OwnListeners(NullLogger.Instance);
        IPEndPoint listening = IPEndPoint.Parse(bind);
        own.Refresh([Listener(bind)]);

        IPAddress[] addresses = [.. NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(network => network.GetIPProperties().UnicastAddresses)
            .Select(unicast => unicast.Address)
            .Where(address => address.AddressFamily == listening.AddressFamily)];

        Assert.All(addresses, address => Assert.True(own.Contains(EndPointKey.From(new IPEndPoint(address, 53))), $"{address} was not recognised."));
    }

    [Fact]
    public void Contains_BeforeRefresh_IsFalse()
    {
        Assert.False(new OwnListeners(NullLogger.Instance).Contains(EndPointKey.From(IPEndPoint.Parse("127.0.0.1:53"))));
    }

    [Fact]
    public void Refresh_PortZero_TakesThePortThatWasBound()
    {
        var own = new OwnListeners(NullLogger.Instance);
        Listener listener = Listener("192.0.2.1:0");
        listener.BoundEndPoint = IPEndPoint.Parse("192.0.2.1:40000");

        own.Refresh([listener]);

        Assert.True(own.Contains(EndPointKey.From(listener.BoundEndPoint)));
        Assert.False(own.Contains(EndPointKey.From(listener.Bind)));
    }

    [Fact]
    public void Refresh_TcpListener_IsNoSourceOfDatagrams()
    {
        var own = new OwnListeners(NullLogger.Instance);

        own.Refresh([Listener("192.0.2.1:53", isDatagram: false), Listener("0.0.0.0:53", isDatagram: false)]);

        Assert.False(own.Contains(EndPointKey.From(IPEndPoint.Parse("192.0.2.1:53"))));
        Assert.False(own.Contains(EndPointKey.From(IPEndPoint.Parse("127.0.0.1:53"))));
    }

    [Fact]
    public void Refresh_Again_ForgetsListenersThatAreGone()
    {
        var own = new OwnListeners(NullLogger.Instance);
        own.Refresh([Listener("192.0.2.1:53"), Listener("0.0.0.0:54")]);

        own.Refresh([Listener("192.0.2.2:53")]);

        Assert.False(own.Contains(EndPointKey.From(IPEndPoint.Parse("192.0.2.1:53"))));
        Assert.False(own.Contains(EndPointKey.From(IPEndPoint.Parse("127.0.0.1:54"))));
        Assert.True(own.Contains(EndPointKey.From(IPEndPoint.Parse("192.0.2.2:53"))));
    }

    [Theory]
    [InlineData("from the backend's address to itself: this host has it", "0.0.0.0:80", "192.0.2.7:80", "192.0.2.7:5000", "192.0.2.7", true)]
    [InlineData("the same over IPv6", "[::]:80", "[2001:db8::7]:80", "[2001:db8::7]:5000", "2001:db8::7", true)]
    [InlineData("the backend's host is a client, too", "0.0.0.0:80", "192.0.2.7:80", "192.0.2.7:5000", "192.0.2.1", false)]
    [InlineData("a client of this host that is no backend", "0.0.0.0:80", "192.0.2.7:80", "192.0.2.1:5000", "192.0.2.1", false)]
    [InlineData("another port is another program", "0.0.0.0:80", "192.0.2.7:81", "192.0.2.7:5000", "192.0.2.7", false)]
    [InlineData("an IPv6 wildcard takes nothing of IPv4", "[::]:80", "192.0.2.7:80", "192.0.2.7:5000", "192.0.2.7", false)]
    [InlineData("a listener with an address of its own leaves this one to others", "192.0.2.1:80", "192.0.2.7:80", "192.0.2.7:5000", "192.0.2.7", false)]
    public void HasGoneRound_TcpAndUdp_OnlyWhatComesBackFromABackend(string why, string bind, string backend, string client, string local, bool expected)
    {
        foreach (bool isDatagram in new[] { false, true })
        {
            var own = new OwnListeners(NullLogger.Instance);
            Listener listener = Listener(bind, isDatagram, PoolOf(backend));
            own.Refresh([listener]);
            var arrival = new Arrival(listener, EndPointKey.From(IPEndPoint.Parse(client)), 0, 1000) { Local = AddressKey.From(IPAddress.Parse(local)) };

            Assert.True(expected == own.HasGoneRound(arrival), why);
            Assert.True(!expected || own.MayHaveGoneRound(arrival), why);
        }
    }

    [Theory]
    [InlineData("from a source of the pool to the backend's address: this host has it", "192.0.2.5", "192.0.2.5:5000", "192.0.2.7", true)]
    [InlineData("a program of this host at the same source, to the listener's own address", "192.0.2.5", "192.0.2.5:5000", "192.0.2.1", false)]
    [InlineData("a client from elsewhere", "192.0.2.5", "198.51.100.9:5000", "192.0.2.7", false)]
    [InlineData("a client that is shown, to the backend's address", "client", "198.51.100.9:5000", "192.0.2.7", true)]
    [InlineData("the same to the listener's own address", "client", "198.51.100.9:5000", "192.0.2.1", false)]
    public void HasGoneRound_PoolWithASource_KnowsWhatItHasSentItself(string why, string source, string client, string local, bool expected)
    {
        foreach (bool isDatagram in new[] { false, true })
        {
            var own = new OwnListeners(NullLogger.Instance);
            BackendPool pool = PoolOf("192.0.2.7:80");
            pool.Sources = source == "client" ? SourceAddresses.Client : new SourceAddresses([IPAddress.Parse(source)]);
            Listener listener = Listener("0.0.0.0:80", isDatagram, pool);
            own.Refresh([listener]);
            var arrival = new Arrival(listener, EndPointKey.From(IPEndPoint.Parse(client)), 0, 1000) { Local = AddressKey.From(IPAddress.Parse(local)) };

            Assert.True(expected == own.HasGoneRound(arrival), why);
            Assert.True(!expected || own.MayHaveGoneRound(arrival), why);
        }
    }

    [Fact]
    public void HasGoneRound_Again_IsLoggedOnceUntilSomethingChanges()
    {
        using var log = new RecordingLoggerFactory();
        var own = new OwnListeners(log);
        Listener listener = Listener("0.0.0.0:80", isDatagram: false, PoolOf("192.0.2.7:80"));
        var arrival = new Arrival(listener, EndPointKey.From(IPEndPoint.Parse("192.0.2.7:5000")), 0, 1000) { Local = AddressKey.From(IPAddress.Parse("192.0.2.7")) };

        own.Refresh([listener]);
        bool[] found = [own.HasGoneRound(arrival), own.HasGoneRound(arrival)];
        int before = log.Lines.Count;
        own.Refresh([listener]);
        own.HasGoneRound(arrival);

        Assert.Equal([true, true], found);
        Assert.Equal((1, 2), (before, log.Lines.Count));
        Assert.All(log.Lines, line => Assert.Equal(120, line.Id));
        Assert.StartsWith("Backend 192.0.2.7:80 is listener dns of this engine", log.Lines.First().Text, StringComparison.Ordinal);
    }

    [Fact]
    public void MayHaveGoneRound_OtherProtocolHasTheBackend_IsFalse()
    {
        var own = new OwnListeners(NullLogger.Instance);
        Listener tcp = Listener("0.0.0.0:80", isDatagram: false, PoolOf("192.0.2.8:81"));
        own.Refresh([tcp, Listener("0.0.0.0:80", isDatagram: true, PoolOf("192.0.2.7:80"))]);

        Assert.False(own.MayHaveGoneRound(new Arrival(tcp, EndPointKey.From(IPEndPoint.Parse("192.0.2.7:5000")), 0, 1000)));
    }

    private static Listener Listener(string bind, bool isDatagram = true, BackendPool? pool = null)
    {
        BindAddress address = BindAddress.Parse(bind);
        return new()
        {
            Id = 0,
            Name = "dns",
            Bind = address.EndPoint,
            IsEverywhere = address.IsEverywhere,
            Pool = pool ?? Pool,
            IsDatagram = isDatagram,
        };
    }

    private static BackendPool PoolOf(string backend)
    {
        var pool = new BackendPool(0, "site", SchedulerNames.SmoothWeightedRoundRobin, static set => new SmoothWeightedRoundRobinScheduler(set));
        pool.Add(0, new BackendDefinition("b", IPEndPoint.Parse(backend), 1, int.MaxValue));
        pool.Publish();
        return pool;
    }
}
