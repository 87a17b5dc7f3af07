// SPDX-License-Identifier: MIT
using LbEngine.Admission;
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Datagrams;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Harness.Streams;

namespace LbEngine.Tests.EndToEnd.Life;

/// <summary>An embedder's filter is asked before a client is placed.</summary>
public sealed class ConnectionFilterTests : EndToEndTest
{
    private const int FilterThrew = 331;

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Streams_ThoseThatTheFilterObjectsTo_AreResetAndNeverReachABackend(TransportKind transport)
    {
        var filter = new PortFilter();
        ScriptedBackend backend = Stage.AddBackend();
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, BalancerSettings.For(backend.EndPoint) with { Filter = filter });
        (Peer first, Peer server) = await Stage.OpenPairAsync(balancer, backend);
        filter.Objects = true;

        Peer refused = await Stage.ConnectAsync(balancer, 1);

        Assert.Equal(PeerEnd.Rst, (await refused.ReceiveToEndAsync()).End);
        Assert.Equal(1, balancer.Rejected(RejectReason.Filtered));
        Assert.Equal(1, balancer.Backend(0).TotalConnections);
        Assert.Equal(("web", ListenerProtocol.Tcp), (filter.Last.Listener, filter.Last.Protocol));
        Assert.Equal(balancer.EndPoint.Address, filter.Last.Client!.Address);
        await first.SendAsync(1000);
        await server.ReceiveAsync(1000);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Datagrams_ThoseThatTheFilterObjectsTo_AreDroppedAndLiveFlowsGoOn(TransportKind transport)
    {
        var filter = new PortFilter();
        DatagramEcho echo = Stage.AddDatagramEcho();
        EngineBalancer balancer = await Stage.StartEngineAsync(
            transport, BalancerSettings.For(echo.EndPoint) with { Protocol = ListenerProtocol.Udp, Filter = filter });
        DatagramClient first = Stage.AddClient(balancer);
        await first.EchoAsync();
        filter.Objects = true;

        await Stage.AddClient(balancer, 1).SendAsync(new byte[10]);
        await Waiting.UntilAsync(() => balancer.Rejected(RejectReason.Filtered) == 1, "the datagram is turned away");
        await first.EchoAsync(1);

        Assert.Equal(1, balancer.Backend(0).TotalConnections);
        Assert.Equal(ListenerProtocol.Udp, filter.Last.Protocol);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Filter_Throws_TurnsThatClientAwayAndIsLogged(TransportKind transport)
    {
        var filter = new PortFilter { Throws = true };
        ScriptedBackend backend = Stage.AddBackend();
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, BalancerSettings.For(backend.EndPoint) with { Filter = filter });

        Peer refused = await Stage.ConnectAsync(balancer);
        Assert.Equal(PeerEnd.Rst, (await refused.ReceiveToEndAsync()).End);
        filter.Throws = false;
        await Stage.OpenPairAsync(balancer, backend, 1);

        await balancer.WaitForLogAsync(FilterThrew);
        Assert.Equal(1, balancer.Rejected(RejectReason.Filtered));
    }

    private sealed class PortFilter : IConnectionFilter
    {
        private volatile bool _objects;
        private volatile bool _throws;

        public bool Objects
        {
            get => _objects;
            set => _objects = value;
        }

        public bool Throws
        {
            get => _throws;
            set => _throws = value;
        }

        public (string Listener, ListenerProtocol Protocol, System.Net.IPEndPoint? Client) Last { get; private set; }

        public string? FindObjection(in ConnectionAttempt attempt)
        {
            Last = (attempt.Listener, attempt.Protocol, attempt.Client);
            return _throws ? throw new InvalidOperationException("a filter with a defect") : _objects ? "not today" : null;
        }
    }
}
