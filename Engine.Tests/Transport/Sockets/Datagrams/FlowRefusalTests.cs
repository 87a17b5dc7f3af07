// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Lifecycle;

namespace LbEngine.Tests.Transport.Sockets.Datagrams;

public sealed class FlowRefusalTests
{
    [Fact]
    public async Task Refused_NeverAnswered_QuestionGoesToTheOtherBackendAndIsAnswered()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(backends: 2);
        stage.Backends[0].Dispose();
        _ = stage.Backends[1].EchoAsync();

        for (int i = 0; i < 10; i++)
        {
            Received reply = await stage.AddClient().AskAsync($"question {i}");

            Assert.Equal($"question {i}", reply.Text);
        }

        Assert.InRange(stage.Status.Pools[0].Backends[0].ConnectFailures, 1, 10);
        Assert.Empty(stage.Status.Closed);
        Assert.False(stage.Status.Dropped.ContainsKey(DropReason.Refused));
        Assert.Equal(10, stage.Status.ActiveConnections);
        Assert.Equal(0, stage.Status.Pools[0].Backends[0].ActiveConnections);
    }

    [Fact]
    public async Task Refused_EachDatagramItsOwnFlow_QuestionGoesToTheOtherBackend()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(backends: 2, listener: listener => (listener.Requests, listener.Responses) = (1, 1));
        stage.Backends[0].Dispose();
        _ = stage.Backends[1].EchoAsync();
        DatagramEnd client = stage.AddClient();

        for (int i = 0; i < 10; i++)
        {
            Received reply = await client.AskAsync($"question {i}");

            Assert.Equal($"question {i}", reply.Text);
        }
    }

    [Fact]
    public async Task Refused_OnlyBackend_EndsTheFlowAndTheNextDatagramTriesAgain()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync();
        IPEndPoint address = stage.Backends[0].EndPoint;
        stage.Backends[0].Dispose();
        DatagramEnd client = stage.AddClient();

        client.Send("lost");
        CloseReason reason = await stage.Ended.NextAsync();
        using DatagramEnd revived = DatagramEnd.Open(address.Address, address.Port);
        client.Send("found");
        Received request = await revived.ReceiveAsync();

        Assert.Equal(CloseReason.BackendRefused, reason);
        Assert.Equal("found", request.Text);
        Assert.Equal(1, stage.Status.Dropped.Values.Sum());
    }

    [Fact]
    public async Task Refused_AfterAReply_NextDatagramPicksAnotherBackend()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(backends: 2);
        DatagramEnd client = stage.AddClient();
        client.Send("one");
        (DatagramEnd first, Received request) = await stage.ReceiveAnywhereAsync();
        first.SendTo(request.Source, "re: one");
        await client.ReceiveAsync();
        DatagramEnd other = stage.Backends.Single(backend => backend != first);
        first.Dispose();

        client.Send("two");
        CloseReason reason = await stage.Ended.NextAsync();
        long refused = stage.Status.Dropped[DropReason.Refused];

        // Only passive health keeps the scheduler away from the closed one: another flow may meet it, but then tries the other.
        client.Send("three");
        Received third = await other.ReceiveAsync();

        Assert.Equal(CloseReason.BackendRefused, reason);
        Assert.Equal(1, refused);
        Assert.Equal("three", third.Text);
    }

    [Fact]
    public async Task Refused_AsManyBackendsAsAttempts_GivesUpAndCountsTheDatagram()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(backends: 4);
        foreach (DatagramEnd backend in stage.Backends)
        {
            backend.Dispose();
        }

        stage.AddClient().Send("nobody");
        Assert.Equal(CloseReason.BackendRefused, await stage.Ended.NextAsync());

        await Harness.Waiting.UntilAsync(() => stage.Status.Dropped.ContainsKey(DropReason.Refused), "the datagram is given up");
        Assert.Equal(1, stage.Status.Dropped[DropReason.Refused]);
        Assert.Equal(3, stage.Status.Pools[0].Backends.Sum(backend => backend.ConnectFailures));
        Assert.Equal(0, stage.Status.ActiveConnections);
        Assert.False(stage.Ended.TryTakeAnother(out _));
    }
}
