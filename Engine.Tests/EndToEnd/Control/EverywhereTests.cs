// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Configuration;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Datagrams;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Harness.Streams;
using LbEngine.Tests.Transport.Linux;
using LbEngine.Transport;
using LbEngine.Transport.Linux.Interop;

namespace LbEngine.Tests.EndToEnd.Control;

/// <summary>A listener that names a port and no address is met over IPv4 and over IPv6.</summary>
public sealed class EverywhereTests : EndToEndTest
{
    private static readonly IPAddress[] Families = [IPAddress.Loopback, IPAddress.IPv6Loopback];

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Bind_StarAndAFreePort_ServesBothFamiliesAndKnowsClientsByTheirOwn(TransportKind transport)
    {
        StreamEcho backend = Stage.AddStreamEcho();
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, BalancerSettings.For(backend.EndPoint) with { Bind = "*:0", Reactors = 2 });
        int port = balancer.EndPoint.Port;

        EchoPeer[] clients = [Stage.Own(await EchoPeer.ConnectAsync(At(0, port))), Stage.Own(await EchoPeer.ConnectAsync(At(1, port), 1))];
        await clients[0].EchoAsync();
        await clients[1].EchoAsync();

        Assert.Equal($"*:{port}", balancer.Status.Listeners[0].Place);
        Assert.Equal(
            clients.Select(client => client.EndPoint.ToString()).Order(),
            balancer.Engine.GetConnections().Select(connection => connection.Client.ToString()).Order());
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Bind_StarForDatagrams_AnswersFromTheAddressThatEachClientUsed(TransportKind transport)
    {
        DatagramEcho backend = Stage.AddDatagramEcho();
        EngineBalancer balancer = await Stage.StartEngineAsync(
            transport, BalancerSettings.ForDatagrams(backend.EndPoint) with { Bind = "*:0", Reactors = 2 });
        IPEndPoint[] targets = [At(0, balancer.EndPoint.Port), At(1, balancer.EndPoint.Port), new(IPAddress.Parse("127.0.0.7"), balancer.EndPoint.Port)];

        DatagramClient[] clients = [.. targets.Select((target, i) => Stage.Own(DatagramClient.Connect(target, i)))];
        for (int round = 0; round < 3; round++)
        {
            foreach (DatagramClient client in clients)
            {
                await client.EchoAsync(round);
            }
        }

        Assert.Equal(
            clients.Select(client => client.EndPoint.ToString()).Order(),
            balancer.Engine.GetConnections().Select(connection => connection.Client.ToString()).Order());
        Assert.Empty(balancer.Status.Dropped);
        await balancer.Engine.DisposeAsync();
    }

    [LinuxTheory]
    [InlineData(TransportKind.Linux, ListenerProtocol.Tcp, "0.0.0.0")]
    [InlineData(TransportKind.Linux, ListenerProtocol.Tcp, "[::]")]
    [InlineData(TransportKind.Linux, ListenerProtocol.Tcp, "127.0.0.1")]
    [InlineData(TransportKind.Linux, ListenerProtocol.Udp, "0.0.0.0")]
    [InlineData(TransportKind.Linux, ListenerProtocol.Udp, "[::]")]
    [InlineData(TransportKind.Linux, ListenerProtocol.Udp, "[::1]")]
    [InlineData(TransportKind.Sockets, ListenerProtocol.Tcp, "0.0.0.0")]
    [InlineData(TransportKind.Sockets, ListenerProtocol.Tcp, "[::]")]
    public async Task ApplyAsync_EveryAddressToFewerAndBack_NewClientsAreServedEachTime(TransportKind transport, ListenerProtocol protocol, string fewer)
    {
        bool isTcp = protocol == ListenerProtocol.Tcp;
        IPEndPoint backend = isTcp ? Stage.AddStreamEcho().EndPoint : Stage.AddDatagramEcho().EndPoint;
        IPEndPoint one = IPEndPoint.Parse($"{fewer}:{FreePort.Find(IPAddress.Any).Port}");
        IPEndPoint both = At(one.AddressFamily == AddressFamily.InterNetwork ? 0 : 1, one.Port);
        BalancerSettings plain = isTcp ? BalancerSettings.For(backend) : BalancerSettings.ForDatagrams(backend);
        BalancerSettings settings = plain with { Bind = $"*:{one.Port}", Reactors = 2 };
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, settings);

        for (int i = 0; i < 4; i++)
        {
            await balancer.Engine.ApplyAsync(
                settings.Change(transport, options => options.Listeners["web"].Bind = i % 2 == 0 ? one.ToString() : $"*:{one.Port}"));
            for (int client = 0; client < 4; client++)
            {
                await EchoAsync(protocol, both, client);
                if (i % 2 == 1)
                {
                    await EchoAsync(protocol, At(0, one.Port), client);
                    await EchoAsync(protocol, At(1, one.Port), client);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Transports.BothOverBothVersions), MemberType = typeof(Transports))]
    public async Task ApplyAsync_RemovedWithAFlowAndTakenBack_BothFamiliesAreServed(TransportKind transport, string address)
    {
        DatagramEcho backend = Stage.AddDatagramEcho();
        IPEndPoint old = FreePort.Find(IPAddress.Parse(address));
        BalancerSettings settings = BalancerSettings.ForDatagrams(backend.EndPoint) with { Bind = $"*:{old.Port}", Reactors = 2 };
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, settings);
        DatagramClient client = Stage.Own(DatagramClient.Connect(old));
        await client.EchoAsync();

        LoadBalancerOptions without = settings.Change(transport, options => options.Listeners["web"].Bind = "127.0.0.1:0");
        await balancer.Engine.ApplyAsync(without);
        await client.EchoAsync(1);
        await balancer.Engine.ApplyAsync(settings.ToOptions(transport));

        await client.EchoAsync(2);
        await EchoAsync(ListenerProtocol.Udp, At(0, old.Port), 1);
        await EchoAsync(ListenerProtocol.Udp, At(1, old.Port), 2);
    }

    [Theory]
    [MemberData(nameof(Transports.BothOverBothVersions), MemberType = typeof(Transports))]
    public async Task Bind_OneFamilyIsTaken_NothingStaysBoundAndTheErrorNamesTheAddress(TransportKind transport, string address)
    {
        IPEndPoint port = FreePort.Find(IPAddress.Parse(address));
        using var taken = new Socket(port.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (port.AddressFamily == AddressFamily.InterNetworkV6)
        {
            taken.DualMode = false;
        }

        taken.Bind(new IPEndPoint(port.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, port.Port));
        taken.Listen();

        ListenerBindException failure = await Assert.ThrowsAsync<ListenerBindException>(() => Stage.StartEngineAsync(
            transport, BalancerSettings.For(new IPEndPoint(IPAddress.Loopback, 9)) with { Bind = $"*:{port.Port}" }));

        Assert.Equal(taken.LocalEndPoint, failure.EndPoint);
        Assert.Contains("listeners.web.bind: cannot listen on", failure.Message, StringComparison.Ordinal);
    }

    [LinuxFact]
    public async Task UseInheritedSockets_OneForBothFamilies_ServesBothAndKnowsClientsByTheirOwn()
    {
        StreamEcho backend = Stage.AddStreamEcho();
        using var listening = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = true };
        int port = FreePort.Find(IPAddress.Any).Port;
        listening.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
        listening.Listen();
        int handedIn = SocketCalls.Duplicate((int)listening.Handle).Value;
        listening.Dispose();
        await using LoadBalancer balancer = new LoadBalancerBuilder()
            .AddListener("web", $":{port}", "site")
            .AddPool("site", pool => pool.AddBackend("a", backend.EndPoint.ToString()))
            .UseInheritedSockets([handedIn])
            .Build();

        await balancer.StartAsync();

        using EchoPeer four = await EchoPeer.ConnectAsync(At(0, port));
        using EchoPeer six = await EchoPeer.ConnectAsync(At(1, port), 1);
        await four.EchoAsync();
        await six.EchoAsync();
        Assert.Equal(
            new[] { four.EndPoint.ToString(), six.EndPoint.ToString() }.Order(),
            balancer.GetConnections().Select(connection => connection.Client.ToString()).Order());
    }

    private static IPEndPoint At(int family, int port) => new(Families[family], port);

    private static async Task EchoAsync(ListenerProtocol protocol, IPEndPoint target, int number)
    {
        if (protocol == ListenerProtocol.Udp)
        {
            using DatagramClient datagrams = DatagramClient.Connect(target, number);
            await datagrams.EchoAsync();
            return;
        }

        using EchoPeer client = await EchoPeer.ConnectAsync(target, number);
        await client.EchoAsync();
        await client.FinishAsync();
    }
}
