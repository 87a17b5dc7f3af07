// SPDX-License-Identifier: MIT
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Transport.Linux.Interop;

namespace LbEngine.Transport.Linux.Streams;

/// <summary>
/// What happens when a connection's one timer fires: perhaps too early, since traffic only notes the time and moves no timer.
/// Reactor thread only.
/// </summary>
internal sealed class ConnectionTimeouts
{
    private const int ShortestLook = 1000;

    private readonly StreamParts _parts;
    private readonly ConnectionCloser _closer;
    private readonly ClientInspector _inspector;
    private readonly BackendConnector _connector;

    public ConnectionTimeouts(StreamParts parts, ConnectionCloser closer, ClientInspector inspector, BackendConnector connector)
    {
        _parts = parts;
        _closer = closer;
        _inspector = inspector;
        _connector = connector;
    }

    /// <summary>Gives up what took too long, or arms the timer for the real deadline.</summary>
    public void Expire(LinuxConnection connection, long now)
    {
        if (connection.Stage == ConnectionStage.Connecting)
        {
            ExpireConnecting(connection, now);
        }
        else if (connection.Stage == ConnectionStage.Waiting)
        {
            _connector.Resume(connection);
        }
        else if (connection.Stage == ConnectionStage.Inspecting)
        {
            _inspector.TimeOut(connection);
        }
        else if (connection.DefersAck)
        {
            EndDeferral(connection, now);
        }
        else
        {
            Settle(connection);
            ExpireRelaying(connection, now);
        }
    }

    private void EndDeferral(LinuxConnection connection, long now)
    {
        if (!connection.SawFirstByte)
        {
            BackendConnector.Acknowledge(connection);
        }

        connection.DefersAck = false;
        _parts.Wheel.Schedule(connection, now + BackendConnector.SettleMilliseconds);
    }

    private void ExpireConnecting(LinuxConnection connection, long now)
    {
        if (now >= connection.ConnectDeadline)
        {
            _connector.TimeOut(connection);
        }
        else
        {
            _connector.WatchClient(connection);
        }

        // False once the connection has ended and lies in its pool again.
        if (connection.Stage == ConnectionStage.Connecting)
        {
            _parts.Wheel.Schedule(connection, connection.ConnectDeadline);
        }
    }

    private void ExpireRelaying(LinuxConnection connection, long now)
    {
        Listener listener = connection.Listener;
        ref ConnectionEntry entry = ref _parts.Table.GetEntry(connection.Handle);
        long timeout = connection.Relay.IsHalfClosed ? listener.HalfCloseTimeoutMilliseconds : listener.IdleTimeoutMilliseconds;
        long deadline = entry.LastActiveMilliseconds + timeout;
        if (now < deadline)
        {
            connection.QueuedAtLastLook = 0;
            LookAtPeers(connection, now, deadline);
            return;
        }

        // A slow reader takes bytes out of the kernel's queue long before there is room enough for epoll to report.
        int queued = SocketCalls.UnacknowledgedBytes(connection.ClientEnd.Descriptor) + SocketCalls.UnacknowledgedBytes(connection.BackendEnd.Descriptor);
        int before = connection.QueuedAtLastLook;
        connection.QueuedAtLastLook = queued;
        if (before > 0 && queued < before)
        {
            entry.LastActiveMilliseconds = now;
            _parts.Wheel.Schedule(connection, now + timeout);
        }
        else if (before == 0 && queued > 0)
        {
            _parts.Wheel.Schedule(connection, now + Math.Max(ShortestLook, timeout / 4));
        }
        else
        {
            _closer.End(connection, connection.Relay.TimeoutReason);
        }
    }

    /// <summary>Ends a connection with a peer that takes nothing and says nothing; otherwise looks again in time.</summary>
    private void LookAtPeers(LinuxConnection connection, long now, long deadline)
    {
        KeepAlive keepAlive = connection.Listener.KeepAlive;
        if (!keepAlive.IsOn)
        {
            _parts.Wheel.Schedule(connection, Math.Min(deadline, now + Listener.LongestLook));
            return;
        }

        long client = keepAlive.NextLook(SocketCalls.SilentMilliseconds(connection.ClientEnd.Descriptor));
        long backend = keepAlive.NextLook(SocketCalls.SilentMilliseconds(connection.BackendEnd.Descriptor));
        if (Math.Min(client, backend) <= 0)
        {
            _closer.End(connection, EndRules.ReasonOfReset(client <= 0 ? Side.Client : Side.Backend));
        }
        else
        {
            _parts.Wheel.Schedule(connection, Math.Min(deadline, now + Math.Min(client, backend)));
        }
    }

    /// <summary>Gives both sockets the options that only matter to a connection of some age.</summary>
    private static void Settle(LinuxConnection connection)
    {
        if (!connection.IsSettled)
        {
            connection.IsSettled = true;
            ListeningSocket.SetKeepAlive(connection.ClientEnd.Descriptor, connection.Listener.KeepAlive);
            ListeningSocket.SetKeepAlive(connection.BackendEnd.Descriptor, connection.Listener.KeepAlive);
        }
    }
}
