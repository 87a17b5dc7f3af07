// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Configuration;
using LbEngine.Configuration.Schema;
using LbEngine.Scheduling;

namespace LbEngine.Tests.Configuration.Schema;

/// <summary>Backends that are listeners of the same engine, because this host has their address.</summary>
public sealed class LoopCheckTests
{
    private static readonly string[] Schedulers = [SchedulerNames.WeightedLeastConnections];

    [Theory]
    [InlineData("this host's address on the port of a wildcard", "0.0.0.0:8080", "192.0.2.7:8080", ListenerProtocol.Tcp, "connections")]
    [InlineData("the same over UDP", "0.0.0.0:8080", "192.0.2.7:8080", ListenerProtocol.Udp, "datagrams")]
    [InlineData("the same over IPv6", "[::]:8080", "[2001:db8::7]:8080", ListenerProtocol.Tcp, "connections")]
    [InlineData("the listener's own address", "192.0.2.7:8080", "192.0.2.7:8080", ListenerProtocol.Tcp, "connections")]
    [InlineData("this host's address on the port of every address", "*:8080", "192.0.2.7:8080", ListenerProtocol.Tcp, "connections")]
    [InlineData("the same over IPv6 with the port alone", "8080", "[2001:db8::7]:8080", ListenerProtocol.Udp, "datagrams")]
    [InlineData("another host's address", "0.0.0.0:8080", "192.0.2.8:8080", ListenerProtocol.Tcp, null)]
    [InlineData("this host's address on another port", "0.0.0.0:8080", "192.0.2.7:8081", ListenerProtocol.Tcp, null)]
    [InlineData("an IPv6 wildcard takes nothing of IPv4", "[::]:8080", "192.0.2.7:8080", ListenerProtocol.Tcp, null)]
    [InlineData("a listener on another address of this host", "192.0.2.9:8080", "192.0.2.7:8080", ListenerProtocol.Tcp, null)]
    public void Validate_BackendMayBeThisHost_IsRefusedWhereAListenerTakesIt(
        string why, string bind, string backend, ListenerProtocol protocol, string? traffic)
    {
        LoadBalancerOptions options = Right();
        options.Listeners["web"] = new ListenerOptions { Bind = bind, Pool = "site", Protocol = protocol };
        options.Pools["site"].Backends["a"].Address = backend;
        HashSet<IPAddress> host = [.. ((string[])["192.0.2.7", "192.0.2.9", "2001:db8::7"]).Select(IPAddress.Parse)];

        string[] lines = [.. Reading.Lines(LoadBalancerOptionsValidator.Validate(options, Schedulers, readHost: () => host))];

        string[] expected = traffic is null
            ? []
            : [$"pools.site.backends.a.address: {backend} is listener web of this engine: {traffic} would go round in a loop"];
        Assert.True(expected.SequenceEqual(lines), $"{why}: {string.Join('\n', lines)}");
    }

    [Fact]
    public void Validate_AddressThatThisHostHas_IsRefused()
    {
        IPAddress[] own = [.. HostAddresses.Read().Where(address => address.AddressFamily == AddressFamily.InterNetwork)];
        LoadBalancerOptions options = Right();
        options.Pools["site"].Backends["a"].Address = $"{own[^1]}:8080";

        Assert.Equal(
            [$"pools.site.backends.a.address: {own[^1]}:8080 is listener web of this engine: connections would go round in a loop"],
            Reading.Lines(LoadBalancerOptionsValidator.Validate(options, Schedulers)));
    }

    private static LoadBalancerOptions Right()
    {
        var options = new LoadBalancerOptions();
        options.Listeners["web"] = new ListenerOptions { Bind = "0.0.0.0:8080", Pool = "site" };
        options.Pools["site"] = new BackendPoolOptions().AddBackend("a", "10.0.0.1:80");
        return options;
    }
}
