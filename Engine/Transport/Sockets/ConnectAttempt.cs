// SPDX-License-Identifier: MIT
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using LbEngine.Connections;

namespace LbEngine.Transport.Sockets;

/// <summary>One attempt after the other to connect to a backend, each of which the tick or the end of the connection may cut short.</summary>
internal sealed class ConnectAttempt
{
    private readonly Lock _lock = new();
    private Socket? _connecting;
    private long _deadline;
    private bool _isTimedOut;
    private bool _isCancelled;

    /// <summary>A connected socket, or null with the failure. The connection's backend loop only; the caller schedules the timer for the deadline before.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<(Socket? Socket, ConnectFailure Failure)> RunAsync(SocketOperation operation, Connection connection, long deadline)
    {
        SocketError error = SocketSetup.TryCreate(connection.Backend!.Address.AddressFamily, out Socket? socket);
        if (socket is null)
        {
            return (null, SocketErrors.ToConnectFailure(error));
        }

        if (Begin(socket, deadline))
        {
            SocketResult result = await operation.ConnectAsync(socket, connection.Backend.Address).ConfigureAwait(false);
            error = Conclude(result.Error);
            if (error == SocketError.Success)
            {
                return (socket, default);
            }
        }

        SocketClosing.Close(socket, withReset: true);
        return (null, SocketErrors.ToConnectFailure(error));
    }

    /// <summary>Gives the attempt up when its time has passed. The tick only.</summary>
    public void TimeOut(long now)
    {
        Socket? connecting = null;
        lock (_lock)
        {
            if (_connecting is not null && now >= _deadline)
            {
                _isTimedOut = true;
                connecting = _connecting;
            }
        }

        SocketClosing.Close(connecting, withReset: true);
    }

    /// <summary>Gives this attempt up and lets no other begin: the connection has ended. Any thread.</summary>
    public void Cancel()
    {
        Socket? connecting;
        lock (_lock)
        {
            _isCancelled = true;
            connecting = _connecting;
        }

        SocketClosing.Close(connecting, withReset: true);
    }

    /// <summary>Makes ready for the next connection.</summary>
    public void Reset() => _isCancelled = false;

    private bool Begin(Socket socket, long deadline)
    {
        lock (_lock)
        {
            _isTimedOut = false;
            _deadline = deadline;
            _connecting = _isCancelled ? null : socket;
            return !_isCancelled;
        }
    }

    private SocketError Conclude(SocketError error)
    {
        lock (_lock)
        {
            _connecting = null;
            return _isTimedOut ? SocketError.TimedOut : _isCancelled ? SocketError.OperationAborted : error;
        }
    }
}
