// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Lifecycle;
using LbEngine.Observability;

namespace LbEngine.Tests.Transport.Sockets.Datagrams;

public sealed class FlowLifeTests
{
    [Fact]
    public async Task Flow_TwoRequestsAndReplies_KeepsItsBackendAndSourcePort()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(backends: 2);
        DatagramEnd client = stage.AddClient();

        client.Send("one");
        (DatagramEnd backend, Received first) = await stage.ReceiveAnywhereAsync();
        backend.SendTo(first.Source, "re: one");
        Received reply = await client.ReceiveAsync();
        client.Send("two");
        (DatagramEnd again, Received second) = await stage.ReceiveAnywhereAsync();

        Assert.Equal("re: one", reply.Text);
        Assert.Equal(stage.EndPoint, reply.Source);
        Assert.Same(backend, again);
        Assert.Equal(first.Source, second.Source);
        Assert.Equal(1, stage.Status.ActiveConnections);
    }

    [Theory]
    [InlineData("127.0.0.1:0", 0)]
    [InlineData("127.0.0.1:0", 65_507)]
    [InlineData("[::1]:0", 0)]
    [InlineData("[::1]:0", 65_507)]
    public async Task Datagram_OfExtremeLength_PassesIntactBothWays(string bind, int length)
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(bind: bind);
        DatagramEnd client = stage.AddClient();
        byte[] bytes = SocketExtensions.Pattern(length);

        client.Send(bytes);
        Received request = await stage.Backends[0].ReceiveAsync();
        stage.Backends[0].SendTo(request.Source, bytes);
        Received reply = await client.ReceiveAsync();
        client.Send("still here");
        Received next = await stage.Backends[0].ReceiveAsync();

        Assert.Equal(bytes, request.Bytes);
        Assert.Equal(bytes, reply.Bytes);
        Assert.Equal(request.Source, next.Source);
    }

    [Fact]
    public async Task Flow_NeverAnswered_EndsUnansweredAndGivesEverythingBack()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(listener: listener => listener.UnansweredTimeout = TimeSpan.FromSeconds(1));
        DatagramEnd client = stage.AddClient();
        client.Send("anybody?");
        await stage.Backends[0].ReceiveAsync();

        CloseReason reason = await stage.Ended.NextAsync();

        Assert.Equal(CloseReason.Unanswered, reason);
        Assert.Equal(0, stage.Status.ActiveConnections);
        Assert.Equal(0, stage.Status.Pools[0].Backends[0].ActiveConnections);
    }

    [Fact]
    public async Task Flow_AnsweredAndThenSilent_EndsWithIdleTimeout()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(listener: listener => listener.IdleTimeout = TimeSpan.FromSeconds(1));
        _ = stage.Backends[0].EchoAsync();
        await stage.AddClient().AskAsync("hello");

        CloseReason reason = await stage.Ended.NextAsync();

        Assert.Equal(CloseReason.IdleTimeout, reason);
    }

    [Fact]
    public async Task Responses_AllExpectedRepliesOfTwoRequests_EndTheFlowCompleted()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(listener: listener => listener.Responses = 1);
        DatagramEnd client = stage.AddClient();
        client.Send("a");
        client.Send("b");
        Received request = await stage.Backends[0].ReceiveAsync();
        await stage.Backends[0].ReceiveAsync();

        stage.Backends[0].SendTo(request.Source, "1");
        await client.ReceiveAsync();
        bool endedEarly = stage.Ended.TryTakeAnother(out _);
        stage.Backends[0].SendTo(request.Source, "2");
        await client.ReceiveAsync();
        CloseReason reason = await stage.Ended.NextAsync();

        Assert.False(endedEarly);
        Assert.Equal(CloseReason.Completed, reason);
    }

    [Fact]
    public async Task Requests_One_EveryDatagramIsAFlowAndEveryReplyComesBack()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(backends: 2, listener: listener => listener.Requests = 1);
        DatagramEnd client = stage.AddClient();
        for (int i = 0; i < 4; i++)
        {
            client.Send($"{i}");
        }

        var replies = new List<string>();
        var sources = new HashSet<IPEndPoint>();
        for (int i = 0; i < 4; i++)
        {
            (DatagramEnd backend, Received request) = await stage.ReceiveAnywhereAsync();
            sources.Add(request.Source);
            backend.SendTo(request.Source, request.Bytes);
            replies.Add((await client.ReceiveAsync()).Text);
        }

        Assert.Equal(4, sources.Count);
        Assert.Equal(["0", "1", "2", "3"], replies.Order());
        Assert.Equal(4, stage.Status.ActiveConnections);
    }

    [Fact]
    public async Task Requests_Two_ThirdDatagramBeginsAFlowWhileTheFirstStillAnswers()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(listener: listener => listener.Requests = 2);
        DatagramEnd client = stage.AddClient();
        var requests = new List<Received>();
        for (int i = 0; i < 3; i++)
        {
            client.Send($"{i}");
            requests.Add(await stage.Backends[0].ReceiveAsync());
        }

        stage.Backends[0].SendTo(requests[0].Source, "late");
        Received reply = await client.ReceiveAsync();

        Assert.Equal(requests[0].Source, requests[1].Source);
        Assert.NotEqual(requests[1].Source, requests[2].Source);
        Assert.Equal("late", reply.Text);
        Assert.Equal(2, stage.Status.ActiveConnections);
    }

    [Fact]
    public async Task MaxReplyRatio_UnconfirmedClient_GetsNoMoreThanTheRatioUntilItSendsAgain()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(listener: listener => listener.MaxReplyRatio = 3);
        DatagramEnd client = stage.AddClient();
        client.Send("12345");
        Received request = await stage.Backends[0].ReceiveAsync();

        stage.Backends[0].SendTo(request.Source, new byte[15]);
        stage.Backends[0].SendTo(request.Source, new byte[1]);
        await client.ReceiveAsync();
        client.Send("again");
        await stage.Backends[0].ReceiveAsync();
        stage.Backends[0].SendTo(request.Source, new byte[1000]);
        Received second = await client.ReceiveAsync();

        Assert.Equal(1000, second.Bytes.Length);
        Assert.Equal(1, stage.Status.Dropped[DropReason.ReplyRatio]);
    }

    [Fact]
    public async Task Counters_OfOneExchange_CountDatagramsAndBytesBothWays()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync();
        _ = stage.Backends[0].EchoAsync();
        await stage.AddClient().AskAsync("12345");

        // The batch is counted when its turn is over, which the client cannot see.
        await Harness.Waiting.UntilAsync(() => stage.Status.Listeners[0].Datagrams is { ToClients: 1 }, "the reply is counted");
        DatagramStatus datagrams = stage.Status.Listeners[0].Datagrams!;

        Assert.Equal((1, 5, 1, 5, 0), (datagrams.ToBackends, datagrams.BytesToBackends, datagrams.ToClients, datagrams.BytesToClients, datagrams.Dropped));
    }
}
