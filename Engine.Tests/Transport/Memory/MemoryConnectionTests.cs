// SPDX-License-Identifier: MIT
using LbEngine.Testing;

namespace LbEngine.Tests.Transport.Memory;

public sealed class MemoryConnectionTests
{
    [Fact]
    public async Task Send_AfterOwnFinish_ThrowsAndNamesTheEnd()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();
        MemoryClient client = stage.Connect("198.51.100.7:5000");
        client.Finish();

        InvalidOperationException exception = Assert.Throws<InvalidOperationException>(() => client.Send("more"));

        Assert.Equal("198.51.100.7:5000 cannot send to 192.0.2.1:80: it has called Finish before.", exception.Message);
    }

    [Fact]
    public async Task Send_TwoEndsEchoEachOther_ThrowsInTheCallAndLeavesTheEngineAlive()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();
        MemoryClient looping = stage.Connect();
        looping.OnReceived((connection, bytes) => connection.Send(bytes));

        InvalidOperationException exception = Assert.Throws<InvalidOperationException>(() => looping.Send("ping"));
        MemoryClient other = stage.Connect();
        other.Send("hello");

        Assert.Contains("answer each other without end", exception.Message, StringComparison.Ordinal);
        Assert.Equal("hello", other.ReceivedText);
        Assert.Equal(2, stage.Status.ActiveConnections);
    }

    [Fact]
    public async Task Send_HandlerOfTheBackendThrows_ComesOutOfTheCallAndOnlyThere()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();
        stage.Backends[0].OnConnected(connection => connection.OnReceived((_, _) => throw new FormatException("not my protocol")));
        MemoryClient client = stage.Connect();

        Assert.Throws<FormatException>(() => client.Send("???"));
        stage.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(1, stage.Status.ActiveConnections);
        Assert.Equal("???", stage.OnlyBackendConnection().ReceivedText);
    }

    [Fact]
    public async Task Advance_HandlerThrowsInsideATimeOut_ComesOutOfAdvance()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();
        MemoryClient client = stage.Connect();
        client.OnFinished(_ => throw new FormatException("too early"));

        Assert.Throws<FormatException>(() => stage.Time.Advance(TimeSpan.FromMinutes(15)));
        Assert.Equal(MemoryClose.Fin, client.Closed);
    }

    [Fact]
    public async Task OnReceived_ClientHoldsAConversation_RunsToItsEndInOneCall()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();
        MemoryClient client = stage.Connect();
        client.OnReceived((connection, bytes) =>
        {
            if (bytes[^1] < (byte)'9')
            {
                connection.Send([(byte)(bytes[^1] + 1)]);
            }
            else
            {
                connection.Finish();
            }
        });

        client.Send("0");

        Assert.Equal("0123456789", client.ReceivedText);
        Assert.Equal(MemoryClose.Fin, client.Closed);
    }

    [Fact]
    public async Task Respond_TwoRequests_AnswersEach()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();
        stage.Backends[0].Respond("pong.");
        MemoryClient client = stage.Connect();

        client.Send("ping");
        client.Send("ping");

        Assert.Equal("pong.pong.", client.ReceivedText);
    }

    [Fact]
    public async Task Finish_EchoBackendWasFinishedByTheTest_NothingThrows()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();
        MemoryClient client = stage.Connect();
        MemoryConnection backend = stage.OnlyBackendConnection();

        backend.Finish();
        client.Send("one-way");
        client.Finish();

        Assert.Equal("one-way", backend.ReceivedText);
        Assert.Equal("", client.ReceivedText);
        Assert.Equal(0, stage.Status.ActiveConnections);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(70_000)]
    public async Task ReceivedPatternBytes_OneByteIsLost_CountsUpToIt(int lostAt)
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();
        MemoryClient whole = stage.Connect();
        whole.SendPattern(lostAt + 1000);
        byte[] bytes = whole.Received.ToArray();
        MemoryClient damaged = stage.Connect();

        damaged.Send(bytes.AsSpan(0, lostAt));
        damaged.Send(bytes.AsSpan(lostAt + 1));

        // One byte may be what the next would have been, several hardly.
        Assert.InRange(damaged.ReceivedPatternBytes, lostAt, lostAt + 4);
    }

    [Fact]
    public async Task RemoteEndPoint_OnBothEnds_NamesListenerAndBalancer()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();

        MemoryClient client = stage.Connect("[2001:db8::7]:5000");
        MemoryConnection backend = stage.OnlyBackendConnection();

        Assert.Equal(("[2001:db8::7]:5000", "192.0.2.1:80"), (client.LocalEndPoint.ToString(), client.RemoteEndPoint.ToString()));
        Assert.Equal("10.0.0.1:80", backend.LocalEndPoint.ToString());
        Assert.Equal("127.0.0.1", backend.RemoteEndPoint.Address.ToString());
    }
}
