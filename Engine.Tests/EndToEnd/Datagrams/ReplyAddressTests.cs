// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Configuration;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Datagrams;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Processes;
using LbEngine.Tests.Harness.Stages;

namespace LbEngine.Tests.EndToEnd.Datagrams;

/// <summary>A listener that is bound to every address of its host answers each client from the address that this one used.</summary>
/// <remarks>Connected clients would not hear any other answer; open ones see who answers.</remarks>
public sealed class ReplyAddressTests : EndToEndTest
{
    private const int Port = 8000;
    private const int Rounds = 5;

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Wildcard_LoopbackAddresses_RepliesComeFromTheOneThatWasUsed(TransportKind transport)
    {
        DatagramEcho backend = Stage.AddDatagramEcho();
        EngineBalancer balancer = await Stage.StartEngineAsync(
            transport,
            BalancerSettings.ForDatagrams(backend.EndPoint) with { Bind = "0.0.0.0:0" });
        IPEndPoint[] targets = [.. Enumerable.Range(1, 5).Select(i => new IPEndPoint(IPAddress.Parse($"127.0.0.{i}"), balancer.EndPoint.Port))];

        await CheckConnectedAsync(targets);
        await CheckOneSocketAsync(targets);

        // Each connected client is one flow, and the open one is a flow for each address that it used.
        Assert.Equal(2 * targets.Length, balancer.Status.ActiveConnections);
        Assert.Equal(2 * targets.Length, backend.Received.Count);
        Assert.Empty(balancer.Status.Dropped);
    }

    [RootTheory("/usr/sbin/ip")]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Wildcard_TwoAddressesOnAHost_RepliesComeFromTheOneThatWasUsed(TransportKind transport)
    {
        NetworkNamespace network = Stage.OwnGround(await NetworkNamespace.CreateAsync());
        DatagramEcho backend = Stage.AddDatagramEcho(network.Outside);

        await CheckAsync(transport, network, new IPEndPoint(IPAddress.Any, Port), backend);
    }

    [RootTheory("/usr/sbin/ip")]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Wildcard_TwoV6AddressesOnAHost_RepliesComeFromTheOneThatWasUsed(TransportKind transport)
    {
        NetworkNamespace network = Stage.OwnGround(await NetworkNamespace.CreateAsync());
        DatagramEcho backend = Stage.AddDatagramEcho(network.OutsideV6);

        await CheckAsync(transport, network, new IPEndPoint(IPAddress.IPv6Any, Port), backend);
    }

    /// <summary>The balancer is inside, its clients are outside, so that every reply goes over the cable with the address that it claims.</summary>
    private async Task CheckAsync(TransportKind transport, NetworkNamespace network, IPEndPoint bind, DatagramEcho backend)
    {
        IPAddress[] addresses = [await network.AddAddressAsync(bind.AddressFamily), await network.AddAddressAsync(bind.AddressFamily)];
        BalancerSettings settings = BalancerSettings.ForDatagrams(backend.EndPoint) with { Bind = bind.ToString() };
        EngineProcess engine = await Stage.StartEngineProcessAsync(transport, settings, network.Launcher);
        bool isV4 = bind.AddressFamily == AddressFamily.InterNetwork;
        IPEndPoint[] targets = [.. addresses.Append(isV4 ? network.Inside : network.InsideV6).Select(address => new IPEndPoint(address, Port))];

        await CheckConnectedAsync(targets);
        await CheckOneSocketAsync(targets);

        EngineReport report = await engine.ReportAsync();
        Assert.Equal(2 * targets.Length, report.Active);
        Assert.Empty(report.Dropped);
    }

    private async Task CheckConnectedAsync(IPEndPoint[] targets)
    {
        DatagramClient[] clients = [.. targets.Select((target, i) => Stage.Own(DatagramClient.Connect(target, i)))];
        for (int round = 0; round < Rounds; round++)
        {
            foreach (DatagramClient client in clients)
            {
                await client.EchoAsync(round, 1000);
            }
        }
    }

    /// <summary>One client port asks at every address before it reads the first answer.</summary>
    private async Task CheckOneSocketAsync(IPEndPoint[] targets)
    {
        DatagramClient client = Stage.Own(DatagramClient.Open(targets[0].AddressFamily));
        for (int round = 0; round < Rounds; round++)
        {
            for (int i = 0; i < targets.Length; i++)
            {
                await client.SendToAsync(Datagram.Create(i, round, 200), targets[i]);
            }

            var answers = new HashSet<IPEndPoint>();
            foreach (IPEndPoint _ in targets)
            {
                ReceivedDatagram answer = await client.ReceiveFromAsync();
                Assert.True(Datagram.TryRead(answer.Payload, out int flow, out long sequence));
                Assert.Equal((targets[flow], round), (answer.From, sequence));
                answers.Add(answer.From);
            }

            Assert.Equal(targets.Length, answers.Count);
        }
    }
}
