// SPDX-License-Identifier: MIT
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Testing;

namespace LbEngine.Tests.Transport.Memory;

public sealed class RelayTests
{
    private const int Bulk = 10_000_000;

    [Fact]
    public async Task Send_BackendEchoes_ComesBackWithinTheCall()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();
        MemoryClient client = stage.Connect();

        client.Send("hello");
        client.Send(" again");

        Assert.Equal("hello again", client.ReceivedText);
    }

    [Fact]
    public async Task Finish_ByClientWhileBackendSends_BackendStillDeliversEverything()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();
        stage.Backends[0].Silent();
        MemoryClient client = stage.Connect();

        client.SendPattern(1000);
        client.Finish();
        MemoryConnection backend = stage.OnlyBackendConnection();
        MemoryClose seenByBackend = backend.Closed;
        MemoryClose seenByClientSoFar = client.Closed;
        backend.SendPattern(Bulk);
        backend.Finish();

        Assert.Equal(MemoryClose.Fin, seenByBackend);
        Assert.Equal(MemoryClose.None, seenByClientSoFar);
        Assert.Equal(1000, backend.ReceivedPatternBytes);
        Assert.Equal(Bulk, client.ReceivedPatternBytes);
        Assert.Equal(MemoryClose.Fin, client.Closed);
        stage.AssertClosedOnly(CloseReason.Completed);
    }

    [Fact]
    public async Task Finish_ByBackendWhileClientSends_ClientStillDeliversEverything()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();
        stage.Backends[0].Silent();
        MemoryClient client = stage.Connect();

        MemoryConnection backend = stage.OnlyBackendConnection();
        backend.SendPattern(1000);
        backend.Finish();
        MemoryClose seenByClient = client.Closed;
        client.SendPattern(Bulk);
        client.Finish();

        Assert.Equal(MemoryClose.Fin, seenByClient);
        Assert.Equal(1000, client.ReceivedPatternBytes);
        Assert.Equal(Bulk, backend.ReceivedPatternBytes);
        Assert.Equal(MemoryClose.Fin, backend.Closed);
        stage.AssertClosedOnly(CloseReason.Completed);
    }

    [Fact]
    public async Task Finish_BothSidesWithBytesWaiting_EachGetsAllBytesThenFin()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();
        stage.Backends[0].Silent();
        MemoryClient client = stage.Connect();
        MemoryConnection backend = stage.OnlyBackendConnection();
        client.Pause();
        backend.Pause();

        client.SendPattern(Bulk);
        client.Finish();
        backend.SendPattern(Bulk);
        backend.Finish();
        (MemoryClose client, MemoryClose backend) whilePaused = (client.Closed, backend.Closed);
        client.Resume();
        backend.Resume();

        Assert.Equal((MemoryClose.None, MemoryClose.None), whilePaused);
        Assert.Equal(Bulk, client.ReceivedPatternBytes);
        Assert.Equal(Bulk, backend.ReceivedPatternBytes);
        Assert.Equal((MemoryClose.Fin, MemoryClose.Fin), (client.Closed, backend.Closed));
        stage.AssertClosedOnly(CloseReason.Completed);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Finish_FewBytesWaitForAPausedReceiver_FinWaitsBehindThem(bool clientSends)
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();
        stage.Backends[0].Silent();
        MemoryClient client = stage.Connect();
        MemoryConnection backend = stage.OnlyBackendConnection();
        (MemoryConnection sender, MemoryConnection receiver) = clientSends ? (client, backend) : (backend, (MemoryConnection)client);

        receiver.Pause();
        sender.Send("last words");
        sender.Finish();
        MemoryClose whilePaused = receiver.Closed;
        receiver.Resume();

        Assert.Equal(MemoryClose.None, whilePaused);
        Assert.Equal("last words", receiver.ReceivedText);
        Assert.Equal(MemoryClose.Fin, receiver.Closed);
    }

    [Fact]
    public async Task Finish_BeforeBackendIsConnected_BytesAndFinFollowTheConnect()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();
        stage.Backends[0].Blackhole();
        MemoryClient client = stage.Connect();

        client.SendPattern(100_000);
        client.Finish();
        ConnectionPhase whileConnecting = Assert.Single(stage.Balancer.GetConnections()).Phase;
        stage.Backends[0].Accept();

        Assert.Equal(ConnectionPhase.Connecting, whileConnecting);
        MemoryConnection backend = stage.OnlyBackendConnection();
        Assert.Equal(100_000, backend.ReceivedPatternBytes);
        Assert.Equal(MemoryClose.Fin, backend.Closed);
        Assert.Equal(100_000, client.ReceivedPatternBytes);
        stage.AssertClosedOnly(CloseReason.Completed);
    }

    [Fact]
    public async Task Reset_ByClient_BackendGetsBytesThenReset()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();
        stage.Backends[0].Silent();
        MemoryClient client = stage.Connect();

        client.Send("half a request");
        client.Reset();

        MemoryConnection backend = stage.OnlyBackendConnection();
        Assert.Equal("half a request", backend.ReceivedText);
        Assert.Equal(MemoryClose.Reset, backend.Closed);
        stage.AssertClosedOnly(CloseReason.ClientReset);
    }

    [Fact]
    public async Task Reset_ByBackend_ClientGetsBytesThenResetAndBackendIsCounted()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();
        stage.Backends[0].Silent();
        MemoryClient client = stage.Connect();

        MemoryConnection backend = stage.OnlyBackendConnection();
        backend.Send("half an answer");
        backend.Reset();

        Assert.Equal("half an answer", client.ReceivedText);
        Assert.Equal(MemoryClose.Reset, client.Closed);
        stage.AssertClosedOnly(CloseReason.BackendReset);
        Assert.Equal(1, stage.Status.Pools[0].Backends[0].Resets);
    }

    [Fact]
    public async Task Reset_AfterOwnFinish_IsStillCarriedAsReset()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();
        stage.Backends[0].Silent();
        MemoryClient client = stage.Connect();

        client.Finish();
        client.Reset();

        Assert.Equal(MemoryClose.Reset, stage.OnlyBackendConnection().Closed);
        stage.AssertClosedOnly(CloseReason.ClientReset);
    }

    [Fact]
    public async Task Reset_WhileConnecting_CountsAsAborted()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();
        stage.Backends[0].Blackhole();
        MemoryClient client = stage.Connect();

        client.Send("never mind");
        client.Reset();
        stage.Backends[0].Accept();

        stage.AssertClosedOnly(CloseReason.ClientAborted);
        Assert.Empty(stage.Backends[0].Connections);
        Assert.Equal(0, stage.Status.Pools[0].Backends[0].ActiveConnections);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Pause_PeerSends_AtMost64KiBLeaveTheSender(bool clientPauses)
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();
        stage.Backends[0].Silent();
        MemoryClient client = stage.Connect();
        MemoryConnection backend = stage.OnlyBackendConnection();
        (MemoryConnection sender, MemoryConnection receiver) = clientPauses ? (backend, (MemoryConnection)client) : (client, backend);

        receiver.Pause();
        sender.SendPattern(1_000_000);
        int unsentWhilePaused = sender.UnsentBytes;
        int receivedWhilePaused = receiver.Received.Length;
        receiver.Resume();

        Assert.Equal(1_000_000 - (64 * 1024), unsentWhilePaused);
        Assert.Equal(0, receivedWhilePaused);
        Assert.Equal(0, sender.UnsentBytes);
        Assert.Equal(1_000_000, receiver.ReceivedPatternBytes);
    }

    [Fact]
    public async Task OnConnected_BackendSpeaksFirst_ClientHasTheGreeting()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();
        stage.Backends[0].OnConnected(connection => connection.Send("220 ready"));

        MemoryClient client = stage.Connect();

        Assert.Equal("220 ready", client.ReceivedText);
    }
}
