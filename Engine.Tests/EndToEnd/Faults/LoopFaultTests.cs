// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Datagrams;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Processes;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Harness.Streams;

namespace LbEngine.Tests.EndToEnd.Faults;

/// <summary>A backend's address moves to this host, where a listener on every address takes what is sent there.</summary>
public sealed class LoopFaultTests : EndToEndTest
{
    private const int GoesRoundEvent = 120;
    private const int Port = 8000;
    private const string Ip = "/usr/sbin/ip";

    [RootTheory(Ip)]
    [MemberData(nameof(Transports.BothOverBothVersions), MemberType = typeof(Transports))]
    public async Task BackendMovesHere_Connections_AreCutOnTheFirstTurnAndLoggedOnce(TransportKind transport, string loopback)
    {
        (EngineProcess engine, IPEndPoint entrance) = await StartWithMovedBackendAsync(transport, loopback, ListenerProtocol.Tcp);

        for (int i = 0; i < 3; i++)
        {
            Peer client = Stage.Own(await Peer.ConnectAsync(entrance, i));
            Assert.NotEqual(PeerEnd.Open, (await client.ReceiveToEndAsync()).End);
        }

        EngineReport report = await engine.WaitForReportAsync(r => r.Active == 0, "the connections have ended");
        Assert.Equal(3, report.RejectedBy[nameof(RejectReason.OwnListener)]);
        Assert.Equal(6, report.Accepted);
        Assert.Equal(1, await CountLogLinesAsync(engine));
    }

    [RootTheory(Ip)]
    [MemberData(nameof(Transports.BothOverBothVersions), MemberType = typeof(Transports))]
    public async Task BackendMovesHere_Datagrams_AreCutOnTheFirstTurnAndLoggedOnce(TransportKind transport, string loopback)
    {
        (EngineProcess engine, IPEndPoint entrance) = await StartWithMovedBackendAsync(transport, loopback, ListenerProtocol.Udp);
        DatagramClient client = Stage.Own(DatagramClient.Connect(entrance));

        for (int i = 1; i <= 3; i++)
        {
            // One by one: what comes together the kernel may join.
            await client.SendAsync(Datagram.Create(0, i, 100));
            await engine.WaitForReportAsync(
                r => r.RejectedBy.GetValueOrDefault(nameof(RejectReason.OwnListener)) == i, $"what came back is turned away, {i}");
        }

        EngineReport report = await engine.ReportAsync();
        Assert.Equal(1, report.Active);
        Assert.Equal(3, report.Dropped[nameof(DropReason.Rejected)]);
        Assert.Equal(1, await CountLogLinesAsync(engine));
    }

    private static async Task<int> CountLogLinesAsync(EngineProcess engine)
    {
        // The log has its own pace; a line too many would stand before the answer to what is asked after the first.
        await Waiting.UntilAsync(() => Lines() > 0, "it is logged that connections go round");
        await engine.ReportAsync();
        await engine.ReportAsync();
        return Lines();

        int Lines() => engine.Child.Output.Count(line => line.StartsWith($"{EngineProcessProgram.LogPrefix}{GoesRoundEvent} ", StringComparison.Ordinal));
    }

    private async Task<(EngineProcess Engine, IPEndPoint Entrance)> StartWithMovedBackendAsync(
        TransportKind transport, string loopback, ListenerProtocol protocol)
    {
        bool isV4 = !loopback.Contains(':');
        NetworkNamespace network = Stage.OwnGround(await NetworkNamespace.CreateAsync());
        IPAddress moving = await network.AddAddressAsync(isV4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6);
        string[] move = [Ip, isV4 ? "-4" : "-6", "addr", "del", $"{moving}/{(isV4 ? 32 : 128)}", "dev", "lo"];
        await network.RunAsync(move);
        BalancerSettings settings = BalancerSettings.For(new IPEndPoint(moving, Port)) with
        {
            Bind = new IPEndPoint(isV4 ? IPAddress.Any : IPAddress.IPv6Any, Port).ToString(),
            Protocol = protocol,
            Passive = null,
        };
        EngineProcess engine = await Stage.StartEngineProcessAsync(transport, settings, network.Launcher);
        move[3] = "add";
        await network.RunAsync(move);
        return (engine, new IPEndPoint(isV4 ? network.Inside : network.InsideV6, Port));
    }
}
