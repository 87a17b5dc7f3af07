// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Net.Sockets;
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Transport.Linux.Streams;

namespace LbEngine.Tests.Transport.Linux.Streams;

public sealed class TcpRelayTests : IDisposable
{
    private readonly StreamStage _stage = new();
    private readonly TcpRelay _relay;

    public TcpRelayTests() => _relay = new TcpRelay(_stage.Parts, _stage.Closer);

    public void Dispose() => _stage.Dispose();

    [LinuxFact]
    public void Run_BothSidesHaveBytes_MovesThemBothWays()
    {
        _stage.Client.Send("ping"u8);
        _stage.Backend.Send("pong!"u8);
        _stage.Arrive(Side.Client);
        _stage.Arrive(Side.Backend);

        _relay.Run(_stage.Connection);

        Assert.Equal("ping"u8, ByteMoverTests.Receive(_stage.Backend, 4));
        Assert.Equal("pong!"u8, ByteMoverTests.Receive(_stage.Client, 5));
        Assert.Null(_stage.Forwarder.Reason);
    }

    [LinuxFact]
    public void Run_OneSideHasEnded_PassesTheEndOnAndShortensTheTimer()
    {
        _stage.Listener.HalfCloseTimeoutMilliseconds = 700;
        _stage.Client.Send("all"u8);
        _stage.Finish(Side.Client);

        _relay.Run(_stage.Connection);

        Assert.Equal("all"u8, ByteMoverTests.Receive(_stage.Backend, 3));
        Assert.Equal(0, _stage.Backend.Receive(new byte[1]));
        Assert.Equal(ConnectionPhase.HalfClosed, _stage.Entry.Phase);
        Assert.Equal(_stage.Parts.Clock.Milliseconds + 700, _stage.Connection.Deadline);
        Assert.Null(_stage.Forwarder.Reason);
    }

    [LinuxFact]
    public void Run_BothSidesHaveEnded_IsComplete()
    {
        _stage.Client.Send("all"u8);
        _stage.Finish(Side.Client);
        _stage.Backend.Send("of it"u8);
        _stage.Finish(Side.Backend);

        _relay.Run(_stage.Connection);

        Assert.Equal(CloseReason.Completed, _stage.Forwarder.Reason);
        Assert.Equal((3, 5), (_stage.Forwarder.BytesToBackend, _stage.Forwarder.BytesToClient));
        Assert.Equal("of it"u8, ByteMoverTests.Receive(_stage.Client, 5));
        Assert.Equal(0, _stage.Client.Receive(new byte[1]));
        Assert.Equal(0, _stage.Parts.Connections.Count);
    }

    [LinuxTheory]
    [InlineData(Side.Client, CloseReason.ClientReset)]
    [InlineData(Side.Backend, CloseReason.BackendReset)]
    internal void Run_OneSideHasReset_ResetsTheOther(Side side, CloseReason expected)
    {
        (Socket resetting, Socket other) = ByteMoverTests.Ends(_stage, side);
        resetting.LingerState = new LingerOption(true, 0);
        resetting.Close();
        _stage.Arrive(side);

        _relay.Run(_stage.Connection);

        Assert.Equal(expected, _stage.Forwarder.Reason);
        SocketException seen = Assert.Throws<SocketException>(() => other.Receive(new byte[1]));
        Assert.Equal(SocketError.ConnectionReset, seen.SocketErrorCode);
    }

    [LinuxFact]
    public async Task Run_MoreThanATurnMayMove_AsksForAnotherTurnOnce()
    {
        using var stop = new CancellationTokenSource();
        Task sending = Task.Run(() => Pump(_stage.Client, sends: true, stop.Token));
        Task receiving = Task.Run(() => Pump(_stage.Backend, sends: false, stop.Token));

        // As long as the two who pump need on a busy machine to be ahead of the relay.
        long start = Stopwatch.GetTimestamp();
        while (_stage.Parts.Ready.Count == 0 && Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(10))
        {
            _stage.Arrive(Side.Client);
            _stage.Connection.BackendEnd.Writable = true;
            _relay.Run(_stage.Connection);
        }

        Assert.True(_stage.Connection.IsReady, "No turn was ever used up.");
        _relay.Run(_stage.Connection);
        Assert.Single(_stage.Parts.Ready);
        await stop.CancelAsync();
        _stage.Closer.End(_stage.Connection, CloseReason.Killed);
        await Task.WhenAll(sending, receiving).WaitAsync(TimeSpan.FromSeconds(10));
    }

    /// <summary>Sends, or receives, until the connection ends.</summary>
    private static void Pump(Socket socket, bool sends, CancellationToken stop)
    {
        byte[] bytes = new byte[256 * 1024];
        try
        {
            while (!stop.IsCancellationRequested && (sends ? socket.Send(bytes) : socket.Receive(bytes)) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // The connection was reset, as wanted.
        }
    }
}
