// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Observability;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Datagrams;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Harness.Streams;

namespace LbEngine.Tests.EndToEnd.Control;

/// <summary>The bytes of listeners and backends, while connections live and when they have ended.</summary>
public sealed class TrafficTests : EndToEndTest
{
    private const int Requested = 3_000_000;
    private const int Replied = 1000;

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task GetStatus_ConnectionThatLivesAndThenEnds_HasAllItsBytesAndARate(TransportKind transport)
    {
        ScriptedBackend backend = Stage.AddBackend();
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, BalancerSettings.For(backend.EndPoint));
        (Peer client, Peer server) = await Stage.OpenPairAsync(balancer, backend);
        long sent = client.Sent;
        long answered = server.Sent;
        await Task.WhenAll(client.SendAsync(Requested), server.ReceiveAsync(Requested));
        await Task.WhenAll(server.SendAsync(Replied), client.ReceiveAsync(Replied));

        await WaitForAsync(balancer, sent + Requested, answered + Replied);
        TrafficStatus live = balancer.Status.Listeners[0].Traffic;
        client.HalfClose();
        server.HalfClose();
        await balancer.WaitForOnlyCloseAsync(CloseReason.Completed);

        Assert.True(live is { ConnectionsPerSecond: > 0, BytesToBackendPerSecond: > 1000, BytesToClientPerSecond: > 0 }, $"{live}");
        await WaitForAsync(balancer, sent + Requested, answered + Replied);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task GetStatus_Flow_HasTheBytesOfItsDatagrams(TransportKind transport)
    {
        DatagramEcho backend = Stage.AddDatagramEcho();
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, BalancerSettings.ForDatagrams(backend.EndPoint));
        DatagramClient client = Stage.AddClient(balancer);
        for (int i = 0; i < 3; i++)
        {
            await client.EchoAsync(i, length: 200);
        }

        await WaitForAsync(balancer, 600, 600);
        await balancer.Engine.CloseConnectionAsync(Assert.Single(balancer.Engine.GetConnections()).Id);
        await balancer.WaitForOnlyCloseAsync(CloseReason.Killed);

        await WaitForAsync(balancer, 600, 600);
    }

    private static Task WaitForAsync(EngineBalancer balancer, long toBackend, long toClient) => Waiting.UntilAsync(
        () => IsAt(balancer.Status.Listeners[0].Traffic, toBackend, toClient) && IsAt(balancer.Backend(0).Traffic, toBackend, toClient),
        $"listener and backend have {toBackend} bytes to the backend and {toClient} to the client",
        null,
        () => $"{balancer.Status.Listeners[0].Traffic} {balancer.Backend(0).Traffic}");

    private static bool IsAt(TrafficStatus traffic, long toBackend, long toClient) =>
        (traffic.BytesToBackend, traffic.BytesToClient) == (toBackend, toClient);
}
