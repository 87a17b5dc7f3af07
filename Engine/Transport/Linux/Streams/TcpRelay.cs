// SPDX-License-Identifier: MIT
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Transport.Linux.Interop;

namespace LbEngine.Transport.Linux.Streams;

/// <summary>Moves bytes and ends between the two sockets of a connection. Reactor thread only.</summary>
/// <remarks>The order of things in a turn is here; <see cref="ByteMover"/> does the reading and sending.</remarks>
internal sealed class TcpRelay
{
    // What one direction may move in one turn, so that a bulk stream cannot starve its neighbours.
    private const int TurnBudget = 512 * 1024;

    private readonly StreamParts _parts;
    private readonly ConnectionCloser _closer;
    private readonly ByteMover _mover;

    public TcpRelay(StreamParts parts, ConnectionCloser closer)
    {
        _parts = parts;
        _closer = closer;
        _mover = new ByteMover(parts);
    }

    private enum Outcome
    {
        /// <summary>Nothing more can be done now in this direction.</summary>
        Waits,

        /// <summary>The turn's budget is used up; more can be moved at once.</summary>
        WantsTurn,

        /// <summary>The connection has ended and was given back: touch nothing.</summary>
        Ended,
    }

    /// <summary>Moves what can be moved both ways: an event on one socket may unblock either direction.</summary>
    public void Run(LinuxConnection connection)
    {
        bool wasHalfClosed = connection.Relay.IsHalfClosed;
        Outcome toBackend = Move(connection, Side.Client);
        if (toBackend == Outcome.Ended)
        {
            return;
        }

        Outcome toClient = Move(connection, Side.Backend);
        if (toClient == Outcome.Ended)
        {
            return;
        }

        if (connection.Relay.IsComplete)
        {
            _closer.End(connection, CloseReason.Completed);
            return;
        }

        // A failed socket whose error no read has met: its input had ended before, or its peer takes nothing.
        if (connection.BackendEnd.Failed && toClient == Outcome.Waits)
        {
            _closer.End(connection, CloseReason.BackendReset);
            return;
        }

        if (connection.ClientEnd.Failed && toBackend == Outcome.Waits)
        {
            _closer.End(connection, CloseReason.ClientReset);
            return;
        }

        if (!wasHalfClosed && connection.Relay.IsHalfClosed)
        {
            EnterHalfClosed(connection);
        }

        if ((toBackend == Outcome.WantsTurn || toClient == Outcome.WantsTurn) && !connection.IsReady)
        {
            connection.IsReady = true;
            _parts.Ready.Enqueue(EpollToken.For(connection, Side.Client));
        }
    }

    private Outcome Move(LinuxConnection connection, Side from)
    {
        ref RelayDirection direction = ref connection.From(from);
        ref SocketEnd source = ref connection.End(from);
        ref SocketEnd sink = ref connection.End(from == Side.Client ? Side.Backend : Side.Client);
        int budget = TurnBudget;
        while (true)
        {
            if (direction.HasPending && !_mover.Deliver(connection, from))
            {
                return Outcome.Waits;
            }

            if (connection.Relay.OwesFin(from))
            {
                PassFinOn(connection, from, ref sink);
                return Outcome.Waits;
            }

            if (!source.Readable || !sink.Writable || sink.Failed || !connection.Relay.MayRead(from))
            {
                return Outcome.Waits;
            }

            if (budget <= 0)
            {
                return Outcome.WantsTurn;
            }

            int moved = _mover.Read(connection, from);
            if (moved < 0)
            {
                _closer.End(connection, EndRules.ReasonOfReset(from));
                return Outcome.Ended;
            }

            budget -= moved;
        }
    }

    private static void PassFinOn(LinuxConnection connection, Side from, ref SocketEnd sink)
    {
        // The second FIN leaves with the close that follows at once, which saves a system call for every connection.
        // ENOTCONN: the peer has reset the connection meanwhile; epoll reports that by itself.
        if (!connection.Relay.OwesOnlyFin(from) && SocketCalls.ShutdownWrite(sink.Descriptor).Failed)
        {
            sink.Failed = true;
        }

        connection.Relay.FinPassedOn(from);
    }

    private void EnterHalfClosed(LinuxConnection connection)
    {
        _parts.Table.GetEntry(connection.Handle).Phase = ConnectionPhase.HalfClosed;
        long deadline = _parts.Clock.Milliseconds + connection.Listener.HalfCloseTimeoutMilliseconds;
        if (!connection.IsScheduled || deadline < connection.Deadline)
        {
            _parts.Wheel.Schedule(connection, deadline);
        }
    }
}
