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

namespace LbEngine.Tests.EndToEnd.Datagrams;

/// <summary>Firewalls and routers answer what goes to a backend.</summary>
public sealed class PathErrorTests : EndToEndTest
{
    // Failures in a row that leave a backend out, by default.
    private const int Enough = 3;

    private const string Ip = "/usr/sbin/ip";
    private const string Nft = "/usr/sbin/nft";
    private const string Sysctl = "/usr/sbin/sysctl";
    private const int FirstPort = 6000;

    private static readonly string[] V4 =
        ["net-unreachable", "host-unreachable", "prot-unreachable", "port-unreachable", "net-prohibited", "host-prohibited", "admin-prohibited"];

    private static readonly string[] V6 = ["no-route", "admin-prohibited", "addr-unreachable", "port-unreachable", "policy-fail", "reject-route"];

    /// <summary>Each transport, over IPv4 (true) and IPv6.</summary>
    public static TheoryData<TransportKind, bool> BothVersions { get; } = Transports.BothWith(true, false);

    [RootTheory(Ip, Nft, Sysctl)]
    [MemberData(nameof(BothVersions))]
    public async Task FirstDatagram_MetByEachIcmpError_GoesToAnotherBackendAndCounts(TransportKind transport, bool isV4)
    {
        NetworkNamespace network = await CreateNetworkAsync();
        string[] kinds = isV4 ? V4 : V6;
        for (int i = 0; i < kinds.Length; i++)
        {
            await RejectAsync(network, isV4, FirstPort + i, kinds[i]);
        }

        for (int i = 0; i < kinds.Length; i++)
        {
            DatagramEcho alive = Stage.AddDatagramEcho();
            EngineBalancer balancer = await Stage.StartEngineAsync(
                transport,
                BalancerSettings.ForDatagrams(new IPEndPoint(isV4 ? network.Inside : network.InsideV6, FirstPort + i), alive.EndPoint));

            for (int client = 0; client < 3; client++)
            {
                await Stage.AddClient(balancer, client).EchoAsync();
            }

            await Waiting.UntilAsync(() => balancer.Backend(0).IsEjected, $"{kinds[i]} has the backend left out");
            Assert.InRange(balancer.Backend(0).ConnectFailures, 1, 3);
            Assert.Empty(balancer.Status.Dropped);
            Assert.Empty(balancer.Status.Closed);
            Assert.Equal((0, 3), (balancer.Backend(0).ActiveConnections, balancer.Backend(1).ActiveConnections));
        }
    }

    [RootTheory(Ip, Nft, Sysctl)]
    [MemberData(nameof(BothVersions))]
    public async Task KeptClient_ItsBackendIsCutOffByEachIcmpError_IsServedByAnother(TransportKind transport, bool isV4)
    {
        const int Most = 4;
        NetworkNamespace network = await CreateNetworkAsync();
        IPAddress inside = isV4 ? network.Inside : network.InsideV6;
        string[] kinds = isV4 ? V4 : V6;
        for (int i = 0; i < kinds.Length; i++)
        {
            var cutOff = new IPEndPoint(inside, FirstPort + i);
            using ChildProcess server = await DatagramEchoProgram.StartAsync(cutOff, network.Launcher);
            DatagramEcho alive = Stage.AddDatagramEcho();
            EngineBalancer balancer = await Stage.StartEngineAsync(transport, BalancerSettings.ForDatagrams(cutOff, alive.EndPoint));
            DatagramClient client = Stage.AddClient(balancer);
            await client.EchoAsync();
            Assert.Equal(1, balancer.Backend(0).ActiveConnections);
            await RejectAsync(network, isV4, cutOff.Port, kinds[i]);

            int sent = 0;
            while (alive.Received.Count == 0)
            {
                Assert.True(sent < Most, $"{kinds[i]}: {sent} datagrams were lost: {await balancer.DescribeAsync()}");
                await client.SendAsync(Datagram.Create(0, ++sent, 100));
                await Waiting.UntilAsync(
                    () => balancer.Status.Dropped.Values.Sum() == sent || alive.Received.Count > 0, $"{kinds[i]} is noticed, or the datagram has arrived");
            }

            Assert.Equal(Datagram.Create(0, sent, 100), await client.ReceiveAsync());
            Assert.Equal(sent - 1, balancer.Status.Dropped.Values.Sum());
            Assert.Equal(1, balancer.Status.Closed.Values.Sum());
        }
    }

    [RootTheory(Ip, Nft, Sysctl)]
    [MemberData(nameof(BothVersions))]
    public async Task OneWay_MetByEachIcmpError_CountsAndGoesToAnother(TransportKind transport, bool isV4)
    {
        NetworkNamespace network = await CreateNetworkAsync();
        string[] kinds = isV4 ? V4 : V6;
        for (int i = 0; i < kinds.Length; i++)
        {
            await RejectAsync(network, isV4, FirstPort + i, kinds[i]);
            DatagramEcho alive = Stage.AddDatagramEcho();
            EngineBalancer balancer = await Stage.StartEngineAsync(
                transport,
                BalancerSettings.ForDatagrams(new IPEndPoint(isV4 ? network.Inside : network.InsideV6, FirstPort + i), alive.EndPoint) with { Responses = 0 });
            DatagramClient client = Stage.AddClient(balancer);

            int sent = 0;
            while (alive.Received.Count == 0)
            {
                Assert.True(sent < 10, $"{kinds[i]} is not noticed: {await balancer.DescribeAsync()}");
                await client.SendAsync(Datagram.Create(0, sent++, 100));
                await Waiting.UntilAsync(
                    () => balancer.Status.Dropped.Values.Sum() + alive.Received.Values.Sum() == sent, $"the datagram that met {kinds[i]} is counted, or arrived");
                if (sent >= Enough && alive.Received.Count == 0)
                {
                    // It is left out on another thread, which a busy machine keeps waiting.
                    await Waiting.UntilAsync(() => balancer.Backend(0).IsEjected, $"the backend behind {kinds[i]} is left out");
                }
            }

            Assert.InRange(balancer.Backend(0).ConnectFailures, 1, 10);
            await balancer.WaitForNothingAsync();
        }
    }

    /// <summary>A reply and an error wait in the flow's socket at once, in either order.</summary>
    [RootTheory(Ip, Nft, Sysctl)]
    [MemberData(nameof(BothVersions))]
    public async Task ReplyBesideAnError_ProcessWasStopped_BothAreTaken(TransportKind transport, bool isV4)
    {
        NetworkNamespace network = await CreateNetworkAsync();
        string[] kinds = isV4 ? V4 : V6;

        // The engine is inside, where it can be stopped; its backend is here, so that replies are the test's.
        DatagramBackend backend = Stage.AddDatagramBackend(isV4 ? network.Outside : network.OutsideV6);
        EngineProcess engine = await Stage.StartEngineProcessAsync(
            transport,
            BalancerSettings.ForDatagrams(backend.EndPoint) with { Bind = new IPEndPoint(isV4 ? network.Inside : network.InsideV6, 8000).ToString() },
            network.Launcher);
        for (int i = 0; i < kinds.Length; i++)
        {
            DatagramClient client = Stage.AddClient(engine, i);
            await client.SendAsync(Datagram.Create(i, 0, 100));
            ReceivedDatagram request = await backend.EchoAsync();
            await client.ReceiveAsync();

            engine.Child.Signal("STOP");
            await backend.SendToAsync(Datagram.Create(i, 1, 100), request.From);
            SendError(isV4, kinds[i], request.From, backend.EndPoint);
            await backend.SendToAsync(Datagram.Create(i, 2, 100), request.From);
            engine.Child.Signal("CONT");

            Assert.Equal(Datagram.Create(i, 1, 100), await client.ReceiveAsync());
            Assert.Equal(Datagram.Create(i, 2, 100), await client.ReceiveAsync());
        }

        Assert.DoesNotContain(nameof(CloseReason.Unanswered), (await engine.ReportAsync()).Closed.Keys);
    }

    [RootTheory(Ip, Sysctl)]
    [MemberData(nameof(BothVersions))]
    public async Task LiveFlow_AddressOfThisHostIsReplaced_ANextDatagramArrives(TransportKind transport, bool isV4)
    {
        NetworkNamespace network = Stage.OwnGround(await NetworkNamespace.CreateAsync());
        AddressFamily family = isV4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
        IPAddress before = await network.AddAddressAsync(family);
        IPAddress after = await network.AddAddressAsync(family);
        IPAddress outside = isV4 ? network.Outside : network.OutsideV6;
        await UseSourceAsync(before);
        DatagramBackend backend = Stage.AddDatagramBackend(outside);
        EngineProcess engine = await Stage.StartEngineProcessAsync(
            transport,
            BalancerSettings.ForDatagrams(backend.EndPoint) with { Bind = new IPEndPoint(isV4 ? network.Inside : network.InsideV6, 8000).ToString() },
            network.Launcher);
        DatagramClient client = Stage.AddClient(engine);
        await client.SendAsync(Datagram.Create(0, 0, 100));
        Assert.Equal(before, (await backend.EchoAsync()).From.Address);
        await client.ReceiveAsync();
        EngineReport report;

        await UseSourceAsync(after);
        await network.RunAsync(Ip, isV4 ? "-4" : "-6", "addr", "del", $"{before}/{(isV4 ? 32 : 128)}", "dev", "lo");

        // Over IPv6 the kernel goes on sending, and it takes some silence to find out.
        int sent = 0;
        do
        {
            Assert.True(sent < (isV4 ? 1 : 6), "The flow goes on from an address that is gone.");
            await client.SendAsync(Datagram.Create(0, ++sent, 100));
            report = await engine.WaitForReportAsync(seen => seen.Closed.Count > 0 || seen.Datagrams!.ToBackends > sent, "the datagram is passed on");
        }
        while (report.Closed.Count == 0);

        Assert.Equal(new Dictionary<string, long> { [nameof(CloseReason.PathLost)] = 1 }, report.Closed);
        Assert.Empty(report.Dropped);
        Assert.Equal(0, report.ConnectFailures[0]);
        ReceivedDatagram late = await backend.EchoAsync();
        for (; !late.From.Address.Equals(after); late = await backend.EchoAsync())
        {
            Assert.False(isV4, "The host has sent from an address that is gone.");
        }

        Assert.Equal(Datagram.Create(0, sent, 100), late.Payload);
        Assert.Equal(late.Payload, await client.ReceiveAsync());

        Task UseSourceAsync(IPAddress source) => network.RunAsync(
            Ip, isV4 ? "-4" : "-6", "route", "replace", $"{outside}/{(isV4 ? 32 : 128)}", "dev", network.InsideDevice, "src", $"{source}");
    }

    /// <summary>A network whose hosts answer every datagram, and not just a few in a second.</summary>
    private async Task<NetworkNamespace> CreateNetworkAsync()
    {
        NetworkNamespace network = Stage.OwnGround(await NetworkNamespace.CreateAsync());
        await network.RunAsync(Sysctl, "-w", "net.ipv4.icmp_ratelimit=0", "net.ipv6.icmp.ratelimit=0");
        return network;
    }

    /// <summary>From now on what comes to a port inside is answered so.</summary>
    private static Task RejectAsync(NetworkNamespace network, bool isV4, int port, string kind) => network.RunAsync(
        Nft,
        "add table inet test; add chain inet test in { type filter hook input priority 0; }; "
            + $"add rule inet test in meta nfproto {(isV4 ? "ipv4" : "ipv6")} udp dport {port} reject with {(isV4 ? "icmp" : "icmpv6")} type {kind}");

    /// <summary>Sends an ICMP error as a router would: about a datagram that the flow's socket may have sent.</summary>
    private static void SendError(bool isV4, string kind, IPEndPoint flow, IPEndPoint backend)
    {
        int code = isV4
            ? kind switch { "net-unreachable" => 0, "host-unreachable" => 1, "prot-unreachable" => 2, "port-unreachable" => 3, "net-prohibited" => 9, "host-prohibited" => 10, _ => 13 }
            : Array.IndexOf(["no-route", "admin-prohibited", "-", "addr-unreachable", "port-unreachable", "policy-fail", "reject-route"], kind);
        byte[] udp = [.. Port(flow.Port), .. Port(backend.Port), 0, 108, 0, 0];
        byte[] quoted = isV4
            ? [0x45, 0, 0, 128, 0, 0, 0, 0, 64, 17, 0, 0, .. flow.Address.GetAddressBytes(), .. backend.Address.GetAddressBytes(), .. udp]
            : [0x60, 0, 0, 0, 0, 108, 17, 64, .. flow.Address.GetAddressBytes(), .. backend.Address.GetAddressBytes(), .. udp];
        byte[] message = [(byte)(isV4 ? 3 : 1), (byte)code, 0, 0, 0, 0, 0, 0, .. quoted];
        if (isV4)
        {
            int sum = 0;
            for (int i = 0; i < message.Length; i += 2)
            {
                sum += (message[i] << 8) | message[i + 1];
            }

            sum = (sum & 0xFFFF) + (sum >> 16);
            sum = ~(sum + (sum >> 16)) & 0xFFFF;
            (message[2], message[3]) = ((byte)(sum >> 8), (byte)sum);
        }

        using var raw = new Socket(flow.AddressFamily, SocketType.Raw, isV4 ? ProtocolType.Icmp : ProtocolType.IcmpV6);
        raw.Bind(new IPEndPoint(backend.Address, 0));
        raw.SendTo(message, new IPEndPoint(flow.Address, 0));

        static byte[] Port(int port) => [(byte)(port >> 8), (byte)port];
    }
}
