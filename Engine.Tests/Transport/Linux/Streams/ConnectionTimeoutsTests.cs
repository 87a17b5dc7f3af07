// SPDX-License-Identifier: MIT
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Transport.Linux.Interop;
using LbEngine.Transport.Linux.Streams;

namespace LbEngine.Tests.Transport.Linux.Streams;

public sealed class ConnectionTimeoutsTests : IDisposable
{
    private const int Idle = 60_000;

    private readonly StreamStage _stage = new(smallBuffers: true);
    private readonly ConnectionTimeouts _timeouts;

    public ConnectionTimeoutsTests()
    {
        _stage.Listener.IdleTimeoutMilliseconds = Idle;
        var relay = new TcpRelay(_stage.Parts, _stage.Closer);
        var connector = new BackendConnector(_stage.Parts, _stage.Closer, relay);
        _timeouts = new ConnectionTimeouts(_stage.Parts, _stage.Closer, new ClientInspector(_stage.Parts, _stage.Closer, connector), connector);
    }

    public void Dispose() => _stage.Dispose();

    [LinuxFact]
    public void Expire_TrafficMovedMeanwhile_WaitsFromThatMoment()
    {
        long moved = _stage.Advance(Idle / 2);
        _stage.Entry.LastActiveMilliseconds = moved;

        _timeouts.Expire(_stage.Connection, _stage.Advance(Idle / 2));

        Assert.Null(_stage.Forwarder.Reason);
        Assert.Equal(moved + Idle, _stage.Connection.Deadline);
    }

    [LinuxFact]
    public void Expire_NothingMoved_EndsAsIdle()
    {
        _timeouts.Expire(_stage.Connection, _stage.Advance(Idle));

        Assert.Equal(CloseReason.IdleTimeout, _stage.Forwarder.Reason);
        Assert.Equal(0, _stage.Client.Receive(new byte[1]));
        Assert.Equal(0, _stage.Parts.Wheel.Count);
    }

    [LinuxTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void Expire_IdleTimeoutIsOff_LivesAndIsLookedAtWithinAnHour(bool keepAlive)
    {
        const int TwentyDays = 20 * 24 * 60 * 60 * 1000;
        _stage.Listener.IdleTimeoutMilliseconds = Listener.NeverIdle;
        _stage.Listener.KeepAlive = keepAlive ? _stage.Listener.KeepAlive : KeepAlive.Off;

        long now = _stage.Advance(TwentyDays);
        _timeouts.Expire(_stage.Connection, now);

        Assert.Null(_stage.Forwarder.Reason);
        Assert.InRange(_stage.Connection.Deadline, now + 1, now + Listener.LongestLook);
    }

    [LinuxFact]
    public void Expire_OneMillisecondEarly_LetsItLive()
    {
        _timeouts.Expire(_stage.Connection, _stage.Advance(Idle - 1));

        Assert.Null(_stage.Forwarder.Reason);
        Assert.True(_stage.Connection.IsScheduled);
    }

    [LinuxFact]
    public void Expire_HalfClosed_GoesByTheShorterTime()
    {
        _stage.Listener.HalfCloseTimeoutMilliseconds = 1000;
        _stage.Connection.Relay.InputEnded(Side.Client);
        _stage.Connection.Relay.FinPassedOn(Side.Client);

        _timeouts.Expire(_stage.Connection, _stage.Advance(1000));

        Assert.Equal(CloseReason.HalfCloseTimeout, _stage.Forwarder.Reason);
    }

    [LinuxFact]
    public void Expire_ClientReadsSlowly_LivesOnWhileItsQueueShrinks()
    {
        int queued = FillClient();

        _timeouts.Expire(_stage.Connection, _stage.Advance(Idle));
        Assert.Null(_stage.Forwarder.Reason);
        Assert.True(_stage.Connection.QueuedAtLastLook > 0, $"The kernel holds {queued} bytes for the client.");

        while (_stage.Client.Available > 0)
        {
            _stage.Client.Receive(new byte[64 * 1024]);
        }

        long now = _stage.Advance(Idle / 4);
        _timeouts.Expire(_stage.Connection, now);

        Assert.Null(_stage.Forwarder.Reason);
        Assert.Equal(now, _stage.Entry.LastActiveMilliseconds);
    }

    [LinuxFact]
    public void Expire_ClientReadsNothing_EndsAfterTheSecondLook()
    {
        FillClient();

        _timeouts.Expire(_stage.Connection, _stage.Advance(Idle));
        Assert.Null(_stage.Forwarder.Reason);
        _timeouts.Expire(_stage.Connection, _stage.Advance(Idle / 4));

        Assert.Equal(CloseReason.IdleTimeout, _stage.Forwarder.Reason);
    }

    /// <summary>Sends to a client that does not read, until its side takes no more; returns what was taken.</summary>
    private int FillClient()
    {
        int taken = 0;
        while (SocketCalls.Send(_stage.Connection.ClientEnd.Descriptor, new byte[16 * 1024], 0) is { Failed: false } sent)
        {
            taken += sent.Value;
        }

        return taken;
    }
}
