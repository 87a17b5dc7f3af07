// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Lifecycle;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Stages;

namespace LbEngine.Tests.Transport.Sockets.Datagrams;

/// <summary>How flows end when the engine does; counts descriptors, so nothing may run beside it.</summary>
[Collection(EndToEndGroup.Name)]
public sealed class FlowEndTests
{
    [Fact]
    public async Task Drain_LiveFlowAndNewClient_FlowGoesOnAndTheClientIsRejected()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(
            listener: listener => listener.Responses = 1,
            options: options => options.Drain.Timeout = TimeSpan.FromSeconds(30));
        DatagramEnd client = stage.AddClient();
        client.Send("before");
        Received request = await stage.Backends[0].ReceiveAsync();

        Task draining = stage.Balancer.DrainAsync();
        await Harness.Waiting.UntilAsync(() => stage.Status.State == Observability.LoadBalancerState.Draining, "the engine drains");
        stage.AddClient().Send("too late");
        await Harness.Waiting.UntilAsync(() => stage.Status.Rejected.ContainsKey(RejectReason.Draining), "the new client is rejected");
        bool endedEarly = draining.IsCompleted;
        stage.Backends[0].SendTo(request.Source, "answer");
        Received reply = await client.ReceiveAsync();
        await Sockets.Waiting.For("the drain", draining);

        Assert.False(endedEarly);
        Assert.Equal("answer", reply.Text);
        Assert.Equal(CloseReason.Completed, await stage.Ended.NextAsync());
        Assert.Equal(1, stage.Status.Rejected[RejectReason.Draining]);
    }

    [Fact]
    public async Task Drain_FlowsOutliveTheTimeout_AreEndedSpreadOverTime()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(options: options =>
        {
            options.Drain.Timeout = TimeSpan.Zero;
            options.Drain.Spread = TimeSpan.FromSeconds(20);
        });
        await BeginFlowsAsync(stage, 20);

        Task draining = stage.Balancer.DrainAsync();
        CloseReason first = await stage.Ended.NextAsync();
        int left = stage.Status.ActiveConnections;
        bool endedEarly = draining.IsCompleted;

        Assert.Equal(CloseReason.Drained, first);
        Assert.InRange(left, 1, 19);
        Assert.False(endedEarly);
    }

    [Fact]
    public async Task Drain_NoSpread_CompletesWhenEveryFlowWasEnded()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(options: options =>
        {
            options.Drain.Timeout = TimeSpan.Zero;
            options.Drain.Spread = TimeSpan.Zero;
        });
        await BeginFlowsAsync(stage, 20);

        await Sockets.Waiting.For("the drain", stage.Balancer.DrainAsync());

        Assert.Equal(0, stage.Status.ActiveConnections);
        Assert.Equal(20, stage.Status.Closed[CloseReason.Drained]);
    }

    [Theory]
    [InlineData("127.0.0.1:0", null)]
    [InlineData("0.0.0.0:0", null)]
    [InlineData("127.0.0.1:0", 1)]
    public async Task Dispose_UnderLoad_EveryFlowEndsOnceAndEveryDescriptorComesBack(string bind, int? requests)
    {
        await WarmUpAsync();
        int before = OpenDescriptors.CountSockets();
        DatagramStage stage = await DatagramStage.StartAsync(backends: 2, bind: bind, listener: listener => listener.Requests = requests);
        var target = new IPEndPoint(IPAddress.Loopback, stage.EndPoint.Port);
        foreach (DatagramEnd backend in stage.Backends)
        {
            _ = backend.EchoAsync();
        }

        using var stop = new CancellationTokenSource();
        Task[] load = [.. Enumerable.Range(0, 2).Select(_ => Task.Run(() => FloodAsync(target, stop.Token)))];
        await Harness.Waiting.UntilAsync(() => stage.Status.Listeners[0].Datagrams!.ToClients > 2000, "traffic flows");

        await Sockets.Waiting.For("the balancer to be disposed", stage.Balancer.DisposeAsync().AsTask());
        int active = stage.Status.ActiveConnections;
        int atBackends = stage.Status.Pools[0].Backends.Sum(backend => backend.ActiveConnections);
        long begun = stage.Status.Listeners[0].AcceptedConnections - stage.Status.Listeners[0].RejectedConnections;
        await stop.CancelAsync();
        await Sockets.Waiting.For("the load to end", Task.WhenAll(load));
        await stage.DisposeAsync();

        Assert.Equal(0, active);
        Assert.Equal(0, atBackends);
        Assert.Equal(begun, stage.Status.Closed.Values.Sum());
        await Harness.Waiting.UntilAsync(
            () => OpenDescriptors.CountSockets() <= before,
            $"the process is back at {before} sockets",
            null,
            () => $"It has {OpenDescriptors.CountSockets()}.");
    }

    [Fact]
    public async Task Flows_EndedByRefusalTimeoutAndCompletion_GiveTheirDescriptorsBack()
    {
        await WarmUpAsync();
        await using DatagramStage stage = await DatagramStage.StartAsync(listener: listener =>
        {
            listener.Responses = 1;
            listener.UnansweredTimeout = TimeSpan.FromSeconds(1);
        });
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        DatagramEnd[] clients = [.. Enumerable.Range(0, 20).Select(_ => stage.AddClient())];
        int before = OpenDescriptors.CountSockets();
        foreach (DatagramEnd one in clients)
        {
            one.Send("to be answered, to time out, or to be refused");
        }

        for (int i = 0; i < 20; i++)
        {
            Received request = await stage.Backends[0].ReceiveAsync();
            if (i < 10)
            {
                stage.Backends[0].SendTo(request.Source, "answer");
            }
        }

        int during = OpenDescriptors.CountSockets();
        for (int i = 0; i < 20; i++)
        {
            await stage.Ended.NextAsync();
        }

        stage.Backends[0].Dispose();
        clients[0].Send("refused");
        CloseReason last = await stage.Ended.NextAsync();

        Assert.InRange(during, before + 10, before + 20);
        Assert.Equal(CloseReason.BackendRefused, last);
        Assert.Equal(10, stage.Status.Closed[CloseReason.Completed]);
        Assert.Equal(10, stage.Status.Closed[CloseReason.Unanswered]);
        await Harness.Waiting.UntilAsync(() => OpenDescriptors.CountSockets() < before, "the backend's socket and those of all flows are closed");
    }

    private static async Task BeginFlowsAsync(DatagramStage stage, int count)
    {
        for (int i = 0; i < count; i++)
        {
            stage.AddClient().Send("live");
            await stage.Backends[0].ReceiveAsync();
        }
    }

    /// <summary>The runtime opens descriptors of its own with the first asynchronous socket: they are no leak.</summary>
    private static async Task WarmUpAsync()
    {
        using DatagramEnd first = DatagramEnd.Open(IPAddress.Loopback);
        first.SendTo(first.EndPoint, "hello");
        await first.ReceiveAsync();
    }

    private static async Task FloodAsync(IPEndPoint target, CancellationToken stop)
    {
        using var client = new DatagramFlood(target);
        while (!stop.IsCancellationRequested)
        {
            client.SendFew();
            await Task.Yield();
        }
    }
}
