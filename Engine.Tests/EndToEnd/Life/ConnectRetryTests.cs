// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Harness.Streams;

namespace LbEngine.Tests.EndToEnd.Life;

/// <summary>All backends refuse for a while, and clients wait for them (<c>connectRetry</c>).</summary>
public sealed class ConnectRetryTests : EndToEndTest
{
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(50);

    [Theory]
    [MemberData(nameof(Transports.BothOverBothVersions), MemberType = typeof(Transports))]
    public async Task OnlyBackendRestarts_ClientThatHasSentAndEnded_IsServed(TransportKind transport, string address)
    {
        ClosedPort closed = Stage.Own(new ClosedPort(IPAddress.Parse(address)));
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, BalancerSettings.For(closed.EndPoint) with { ConnectRetry = Retry });
        Peer client = await Stage.ConnectAsync(balancer);
        await client.SendAsync(100_000);
        client.HalfClose();
        await Waiting.UntilAsync(() => balancer.Backend(0).ConnectFailures >= 3, "the backend was tried several times");

        ScriptedBackend backend = Stage.Own(closed.Open());
        Peer server = await Stage.AcceptAsync(backend);
        Observation seen = await server.ReceiveToEndAsync();
        await server.SendAsync(1000);
        server.HalfClose();

        Assert.Equal(new Observation(100_000, null, PeerEnd.Fin), seen);
        Assert.Equal(new Observation(1000, null, PeerEnd.Fin), await client.ReceiveToEndAsync());
        await balancer.WaitForOnlyCloseAsync(CloseReason.Completed);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task BackendsStayAway_ClientIsResetAfterTheConnectTimeout(TransportKind transport)
    {
        ClosedPort first = Stage.Own(new ClosedPort());
        ClosedPort second = Stage.Own(new ClosedPort());
        EngineBalancer balancer = await Stage.StartEngineAsync(
            transport,
            BalancerSettings.For(first.EndPoint, second.EndPoint) with { ConnectRetry = Retry, ConnectTimeout = TimeSpan.FromMilliseconds(400), Passive = null });
        long start = Environment.TickCount64;

        Peer client = await Stage.ConnectAsync(balancer);

        Assert.Equal(PeerEnd.Rst, (await client.ReceiveToEndAsync()).End);
        await balancer.WaitForOnlyCloseAsync(CloseReason.ConnectFailed);
        Assert.InRange(Environment.TickCount64 - start, 200, 5000);
        Assert.InRange(balancer.Backend(0).ConnectFailures, 2, 9);
        Assert.Equal(balancer.Backend(0).ConnectFailures, balancer.Backend(1).ConnectFailures);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task ClientGivesUpWhileItWaits_IsEndedWithoutAnotherRound(TransportKind transport)
    {
        ClosedPort closed = Stage.Own(new ClosedPort());
        EngineBalancer balancer = await Stage.StartEngineAsync(
            transport, BalancerSettings.For(closed.EndPoint) with { ConnectRetry = TimeSpan.FromSeconds(30), ConnectTimeout = TimeSpan.FromMinutes(1) });
        Peer client = await Stage.ConnectAsync(balancer);
        await Waiting.UntilAsync(() => balancer.Backend(0).ConnectFailures == 1, "the client waits");

        client.Reset();

        await balancer.WaitForOnlyCloseAsync(CloseReason.ClientAborted);
        Assert.Equal(1, balancer.Backend(0).ConnectFailures);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task EngineIsDisposedWhileClientsWait_TheyAreEndedAtOnce(TransportKind transport)
    {
        ClosedPort closed = Stage.Own(new ClosedPort());
        EngineBalancer balancer = await Stage.StartEngineAsync(
            transport, BalancerSettings.For(closed.EndPoint) with { ConnectRetry = TimeSpan.FromSeconds(30), ConnectTimeout = TimeSpan.FromMinutes(1) });
        Peer client = await Stage.ConnectAsync(balancer);
        await Waiting.UntilAsync(() => balancer.Backend(0).ConnectFailures == 1, "the client waits");

        await balancer.DisposeAsync();

        Assert.NotEqual(PeerEnd.Open, (await client.ReceiveToEndAsync()).End);
        Assert.Equal(1, balancer.Closed(CloseReason.Stopped));
    }
}
