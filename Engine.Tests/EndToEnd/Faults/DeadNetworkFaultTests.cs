// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Net;
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Processes;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Harness.Streams;

namespace LbEngine.Tests.EndToEnd.Faults;

/// <summary>A backend on another host, a network namespace, whose network goes wrong before and after the handshake.</summary>
public sealed class DeadNetworkFaultTests : EndToEndTest
{
    private const string Nft = "/usr/sbin/nft";
    private const string Bash = "/bin/bash";
    private const int EjectedEvent = 210;
    private const int ReturnedEvent = 211;

    private static readonly KeepAliveOptions Quick = new() { Idle = TimeSpan.FromSeconds(1), Interval = TimeSpan.FromSeconds(1), Probes = 2 };

    [RootTheory(Nft)]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task SynIsDropped_NextBackendServesAfterTheTimeout_AndAfterThreeItIsLeftOut(TransportKind transport)
    {
        (NetworkNamespace network, IPEndPoint far) = await StartFarBackendAsync();
        StreamEcho near = Stage.AddStreamEcho();
        EngineBalancer balancer = await Stage.StartEngineAsync(
            transport,
            BalancerSettings.For(far, near.EndPoint) with
            {
                ConnectTimeout = TimeSpan.FromMilliseconds(200),
                Passive = new PassiveHealthOptions { Failures = 3, Ejection = TimeSpan.FromSeconds(1) },
            });
        await ServeAsync(balancer);
        await FilterAsync(network, "input", "drop");

        for (int i = 1; i <= 3; i++)
        {
            await ServeAsync(balancer);
            Assert.Equal((i, i), (balancer.Backend(0).ConnectFailures, near.Accepted));
        }

        await balancer.WaitForLogAsync(EjectedEvent);
        await ServeAsync(balancer);
        long failures = balancer.Backend(0).ConnectFailures;
        await OpenAsync(network);
        await balancer.WaitForLogAsync(ReturnedEvent);
        await ServeAsync(balancer);

        Assert.Equal((3L, 4), (failures, near.Accepted));
        Assert.Equal(2, balancer.Backend(0).TotalConnections - failures);
        Assert.Equal([EjectedEvent, ReturnedEvent], balancer.Log.Lines.Select(line => line.Id).Where(id => id is EjectedEvent or ReturnedEvent));
        await balancer.WaitForOnlyCloseAsync(CloseReason.Completed, 6);
    }

    [RootTheory(Nft)]
    [MemberData(nameof(Rejections))]
    public async Task SynIsRejected_NextBackendServesAtOnce(TransportKind transport, string rule)
    {
        (NetworkNamespace network, IPEndPoint far) = await StartFarBackendAsync();
        StreamEcho near = Stage.AddStreamEcho();
        EngineBalancer balancer = await Stage.StartEngineAsync(
            transport, BalancerSettings.For(far, near.EndPoint) with { ConnectTimeout = TimeSpan.FromMinutes(5) });
        await FilterAsync(network, "input", rule);

        await ServeAsync(balancer);

        Assert.Equal((1, 1), (balancer.Backend(0).ConnectFailures, near.Accepted));
        await balancer.WaitForOnlyCloseAsync(CloseReason.Completed);
    }

    [RootTheory(Nft)]
    [MemberData(nameof(IdleOrBusy))]
    public async Task LinkToTheBackendDies_ClientIsResetAfterTheKeepAlive(TransportKind transport, bool isBusy)
    {
        (NetworkNamespace network, IPEndPoint far) = await StartFarBackendAsync();
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, BalancerSettings.For(far) with { KeepAlive = Quick });
        Peer client = await Stage.ConnectAsync(balancer);
        await client.SendAsync(100);
        await Waiting.UntilAsync(() => client.Socket.Available == 100, "the far backend has answered");

        await CutAsync(network);
        if (isBusy)
        {
            await client.SendAsync(100);
        }

        PeerEnd end = (await client.ReceiveToEndAsync(TimeSpan.FromSeconds(20))).End;

        Assert.Equal(PeerEnd.Rst, end);
        await balancer.WaitForOnlyCloseAsync(CloseReason.BackendReset);
    }

    [RootTheory(Nft, Bash)]
    [MemberData(nameof(IdleOrBusy))]
    public async Task LinkToTheClientDies_BackendIsResetAfterTheKeepAlive(TransportKind transport, bool isBusy)
    {
        NetworkNamespace network = Stage.OwnGround(await NetworkNamespace.CreateAsync());
        ScriptedBackend backend = Stage.AddBackend();
        EngineBalancer balancer = await Stage.StartEngineAsync(
            transport, BalancerSettings.For(backend.EndPoint) with { Bind = $"{network.Outside}:0", KeepAlive = Quick });
        string script = string.Create(CultureInfo.InvariantCulture, $"exec 3<>/dev/tcp/{network.Outside}/{balancer.EndPoint.Port}; read -r line");
        ChildProcess client = Stage.OwnGround(ChildProcess.Start(network.Launcher[0], [.. network.Launcher[1..], Bash, "-c", script]));
        Peer server = await Stage.AcceptAsync(backend);
        await Waiting.UntilAsync(() => balancer.Backend(0).ActiveConnections == 1, "the far client is connected");

        await CutAsync(network);
        if (isBusy)
        {
            await server.SendAsync(100);
        }

        PeerEnd end = (await server.ReceiveToEndAsync(TimeSpan.FromSeconds(20))).End;

        Assert.Equal(PeerEnd.Rst, end);
        Assert.False(client.HasExited);
        await balancer.WaitForOnlyCloseAsync(CloseReason.ClientReset);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task BackendIsWellButDoesNotRead_OutlivesTheKeepAlive(TransportKind transport)
    {
        ScriptedBackend backend = Stage.AddBackend();
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, BalancerSettings.For(backend.EndPoint) with { KeepAlive = Quick });
        (Peer client, Peer server) = await Stage.OpenPairAsync(balancer, backend);
        client.SendUntilBlocked(64 << 20, TimeSpan.FromMilliseconds(200));
        using (var patience = new PeriodicTimer(TimeSpan.FromSeconds(5)))
        {
            await patience.WaitForNextTickAsync();
        }

        await server.ReceiveAsync(client.Sent);

        Assert.Equal(1, balancer.Status.ActiveConnections);
    }

    public static TheoryData<TransportKind, string> Rejections { get; } = Transports.BothWith(
        "reject", "reject with tcp reset", "reject with icmp type host-unreachable", "reject with icmp type admin-prohibited");

    public static TheoryData<TransportKind, bool> IdleOrBusy { get; } = Transports.BothWith(false, true);

    private async Task<(NetworkNamespace Network, IPEndPoint EndPoint)> StartFarBackendAsync()
    {
        NetworkNamespace network = Stage.OwnGround(await NetworkNamespace.CreateAsync());
        (ChildProcess child, IPEndPoint endPoint) = await EchoProgram.StartInsideAsync(network);
        Stage.OwnGround(child);
        return (network, endPoint);
    }

    private static async Task ServeAsync(EngineBalancer balancer)
    {
        using EchoPeer client = await EchoPeer.ConnectAsync(balancer.EndPoint);
        await client.EchoAsync();
        await client.FinishAsync();
    }

    private static Task FilterAsync(NetworkNamespace network, string hook, string rule) =>
        network.RunAsync(Nft, $"table inet f {{ chain c {{ type filter hook {hook} priority 0; meta l4proto tcp {rule}; }}; }}");

    private static Task CutAsync(NetworkNamespace network) => network.RunAsync(
        Nft, "table inet f { chain i { type filter hook input priority 0; drop; }; chain o { type filter hook output priority 0; drop; }; }");

    private static Task OpenAsync(NetworkNamespace network) => network.RunAsync(Nft, "delete", "table", "inet", "f");
}
