// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Resolution;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Harness.Streams;
using LbEngine.Tests.Resolution;

namespace LbEngine.Tests.EndToEnd.Control;

/// <summary>Answers of a resolver that change while clients are there: a name with the backends 127.0.0.1 and 127.0.0.2 on one port.</summary>
public sealed class HostNameTests : EndToEndTest
{
    private const string Name = "db.internal";

    private readonly ScriptedResolver _resolver = new();

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Answer_Changes_LiveConnectionGoesOnAndNewClientsGoToTheNewAddress(TransportKind transport)
    {
        ScriptedBackend[] backends = AddPair();
        _resolver.Answer(Name, "127.0.0.1");
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, Settings(backends));
        (Peer client, Peer server) = await Stage.OpenPairAsync(balancer, backends[0]);

        _resolver.Answer(Name, "127.0.0.2");
        await Waiting.UntilAsync(() => balancer.Status.Pools[0].Backends.Single().Name == "b0@127.0.0.2", "the new address is in force");
        await client.SendAsync(1000);
        await server.ReceiveAsync(1000);
        (Peer late, Peer other) = await Stage.OpenPairAsync(balancer, backends[1], 1);
        await late.SendAsync(1000);
        await other.ReceiveAsync(1000);
        await server.SendAsync(1000);
        await client.ReceiveAsync(1000);

        Assert.Equal(2, balancer.Status.ActiveConnections);
        Assert.Empty(balancer.Status.Closed);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Answer_AddressLeaves_DrainsItAndAtTheDeadlineBothEndsSeeTheEnd(TransportKind transport)
    {
        ScriptedBackend[] backends = AddPair();
        _resolver.Answer(Name, "127.0.0.1", "127.0.0.2");
        var drain = new DrainOptions { Timeout = TimeSpan.FromMilliseconds(500), Spread = TimeSpan.Zero };
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, Settings(backends) with { Drain = drain });
        (Peer client, Peer server) = await Stage.OpenPairAsync(balancer, backends[0]);

        _resolver.Answer(Name, "127.0.0.2");
        PeerEnd[] ends = [(await client.ReceiveToEndAsync()).End, (await server.ReceiveToEndAsync()).End];

        Assert.Equal([PeerEnd.Fin, PeerEnd.Fin], ends);
        await balancer.WaitForOnlyCloseAsync(CloseReason.Drained);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Answer_FailsInEveryWay_ClientsGoOnBeingServed(TransportKind transport)
    {
        ScriptedBackend[] backends = AddPair();
        _resolver.Answer(Name, "127.0.0.1");
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, Settings(backends));
        Action[] failures =
        [
            () => _resolver.Fail(Name, SocketError.HostNotFound),
            () => _resolver.Fail(Name, SocketError.TryAgain),
            () => _resolver.Answer(Name),
            () => _resolver.Throw(Name),
        ];

        for (int i = 0; i < failures.Length; i++)
        {
            int asked = _resolver.CountOf(Name);
            failures[i]();
            await Waiting.UntilAsync(() => _resolver.CountOf(Name) >= asked + 2, "the name was looked up again");
            _ = await Stage.OpenPairAsync(balancer, backends[0], i);
        }

        Assert.Equal(failures.Length, balancer.Status.ActiveConnections);
        Assert.NotNull(balancer.Status.Pools[0].Names[0].Failure);
        Assert.Single(balancer.Log.Lines, line => line.Id == 502);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task ApplyAsync_WhileAnswersChange_BothAreInForceInTheEnd(TransportKind transport)
    {
        ScriptedBackend[] backends = AddPair();
        _resolver.Answer(Name, "127.0.0.1");
        BalancerSettings settings = Settings(backends);
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, settings);
        (Peer client, Peer server) = await Stage.OpenPairAsync(balancer, backends[0]);

        for (int i = 0; i < 40; i++)
        {
            _resolver.Answer(Name, i % 2 == 0 ? ["127.0.0.1", "127.0.0.2"] : ["127.0.0.1"]);

            // Its interval changes each time, so that it is looked up while the reload goes on.
            await balancer.Engine.ApplyAsync(settings.Change(transport, options =>
            {
                options.Pools["site"].Backends["b0"].Weight = i + 1;
                options.Pools["site"].Resolve.Interval = TimeSpan.FromSeconds(1 + (i % 2));
            }));
        }

        _resolver.Answer(Name, "127.0.0.1", "127.0.0.2");
        await Waiting.UntilAsync(() => balancer.Status.Pools[0].Backends.Count == 2, "both addresses are in force");
        await client.SendAsync(1000);
        await server.ReceiveAsync(1000);

        Assert.All(balancer.Status.Pools[0].Backends, backend => Assert.Equal(40, backend.Weight));
        Assert.Empty(balancer.Status.Closed);
        Assert.DoesNotContain(balancer.Log.Lines, line => line.Id is 506 or 507);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task StartAsync_SystemResolver_FindsThisMachineByItsName(TransportKind transport)
    {
        ScriptedBackend backend = Stage.AddBackend();
        BalancerSettings settings = Settings(backend) with
        {
            Backends = [new BackendSetting("b0", $"localhost:{backend.EndPoint.Port}")],
            Resolve = new ResolveOptions { Family = ResolveFamily.Ipv4 },
            Resolver = new SystemHostResolver(),
        };

        EngineBalancer balancer = await Stage.StartEngineAsync(transport, settings);
        _ = await Stage.OpenPairAsync(balancer, backend);

        Assert.Equal("b0@127.0.0.1", balancer.Backend(0).Name);
    }

    private ScriptedBackend[] AddPair()
    {
        ScriptedBackend first = Stage.AddBackend(port: FreePort.Find(IPAddress.Loopback).Port);
        return [first, Stage.AddBackend(IPAddress.Parse("127.0.0.2"), port: first.EndPoint.Port)];
    }

    private BalancerSettings Settings(params ScriptedBackend[] backends) => new()
    {
        Backends = [new BackendSetting("b0", $"{Name}:{backends[0].EndPoint.Port}")],
        Resolve = new ResolveOptions { Interval = TimeSpan.FromSeconds(1) },
        Resolver = _resolver,
    };
}
