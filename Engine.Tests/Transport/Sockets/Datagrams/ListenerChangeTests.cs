// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Configuration;
using LbEngine.Lifecycle;

namespace LbEngine.Tests.Transport.Sockets.Datagrams;

/// <summary>Listeners and flows that an operator adds, removes or closes while others go on.</summary>
public sealed class ListenerChangeTests
{
    [Fact]
    public async Task Remove_FlowLives_ItGoesOnAndThePortIsFreeAfterItsEnd()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(listener: listener => listener.Responses = 1);
        IPEndPoint removed = stage.EndPoint;
        DatagramEnd client = stage.AddClient();
        client.Send("before");
        Received request = await stage.Backends[0].ReceiveAsync();

        await stage.Balancer.ApplyAsync(Options(stage, "127.0.0.1:0"));
        DatagramEnd late = DatagramEnd.Open(IPAddress.Loopback);
        late.SendTo(removed, "too late");
        await Harness.Waiting.UntilAsync(() => stage.Status.Rejected.ContainsKey(RejectReason.Draining), "the late client is rejected");
        bool wasFree = IsFree(removed);
        stage.Backends[0].SendTo(request.Source, "answer");
        Received reply = await client.ReceiveAsync();
        await Harness.Waiting.UntilAsync(() => IsFree(removed), "the port of the removed listener is free");
        late.Dispose();

        Assert.Equal((removed, "answer"), (reply.Source, reply.Text));
        Assert.False(wasFree);
        Assert.NotEqual(removed, stage.EndPoint);
    }

    [Fact]
    public async Task Remove_NoFlowLives_ThePortIsFreeAtOnceAndTheNewListenerServes()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync();
        _ = stage.Backends[0].EchoAsync();
        IPEndPoint removed = stage.EndPoint;

        await stage.Balancer.ApplyAsync(Options(stage, "0.0.0.0:0"));
        bool isFree = IsFree(removed);
        DatagramEnd client = stage.AddClient(IPAddress.Loopback);
        client.Target = new IPEndPoint(IPAddress.Loopback, stage.EndPoint.Port);

        Assert.True(isFree);
        Assert.Equal("hello", (await client.AskAsync("hello")).Text);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(1)]
    public async Task CloseConnection_OneOfTwoFlows_EndsItKilledAndLeavesTheOther(int? requests)
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(listener: listener => listener.Requests = requests);
        DatagramEnd[] clients = [stage.AddClient(), stage.AddClient()];
        var sources = new List<Received>();
        foreach (DatagramEnd client in clients)
        {
            client.Send("hello");
            sources.Add(await stage.Backends[0].ReceiveAsync());
        }

        string id = stage.Balancer.GetConnections().Single(flow => flow.Client.Equals(clients[0].EndPoint)).Id;
        bool isClosed = await stage.Balancer.CloseConnectionAsync(id);
        bool isClosedAgain = await stage.Balancer.CloseConnectionAsync(id);
        stage.Backends[0].SendTo(sources[1].Source, "answer");
        Received reply = await clients[1].ReceiveAsync();

        Assert.True(isClosed);
        Assert.False(isClosedAgain);
        Assert.Equal(CloseReason.Killed, await stage.Ended.NextAsync());
        Assert.Equal("answer", reply.Text);
        Assert.Equal(1, stage.Status.ActiveConnections);
    }

    [Fact]
    public async Task DrainBackend_AtItsDeadline_EndsItsFlowsAndNoOthers()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(backends: 2, options: options => options.Drain.Spread = TimeSpan.Zero);
        var at = new Dictionary<DatagramEnd, int>();
        for (int i = 0; i < 10; i++)
        {
            stage.AddClient().Send("hello");
            (DatagramEnd backend, _) = await stage.ReceiveAnywhereAsync();
            at[backend] = at.GetValueOrDefault(backend) + 1;
        }

        await Sockets.Waiting.For("the backend to be drained", stage.Balancer.DrainBackendAsync("pool", "b0", TimeSpan.Zero));

        Assert.Equal(5, at[stage.Backends[0]]);
        Assert.Equal([0, 5], stage.Status.Pools[0].Backends.Select(backend => backend.ActiveConnections));
        Assert.Equal(5, stage.Status.Closed[CloseReason.Drained]);
    }

    private static LoadBalancerOptions Options(DatagramStage stage, string bind)
    {
        var options = new LoadBalancerOptions { Transport = TransportKind.Sockets };
        options.Listeners["other"] = new ListenerOptions { Bind = bind, Protocol = ListenerProtocol.Udp, Pool = "pool" };
        options.Pools["pool"] = new BackendPoolOptions();
        options.Pools["pool"].AddBackend("b0", stage.Backends[0].EndPoint.ToString());
        return options;
    }

    private static bool IsFree(IPEndPoint endPoint)
    {
        using var socket = new Socket(endPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.Bind(endPoint);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
