// SPDX-License-Identifier: MIT
using System.Buffers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using LbEngine.Backends;
using LbEngine.Connections;
using LbEngine.Inspection.ProxyProtocol;
using LbEngine.Lifecycle;
using LbEngine.Tables;

namespace LbEngine.Transport.Sockets.Streams;

/// <summary>
/// Connects one connection to its backend, and to the next one when that fails. The tick or the end of the connection may cut an
/// attempt short.
/// </summary>
internal sealed class BackendConnector
{
    private readonly SocketsShared _shared;
    private readonly SocketConnection _connection;
    private readonly Lock _lock = new();
    private Socket? _connecting;
    private TaskCompletionSource? _waiting;
    private bool _isTimedOut;
    private bool _isCancelled;

    public BackendConnector(SocketsShared shared, SocketConnection connection)
    {
        _shared = shared;
        _connection = connection;
    }

    /// <summary>When the present attempt is given up, or the last one would have been.</summary>
    public long Deadline { get; private set; }

    /// <summary>Tries backends until one is connected. Null when the connection has ended. The connection's backend loop only.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<Socket?> ConnectAsync(SocketOperation operation)
    {
        SourceTurn turn = default;
        while (true)
        {
            Backend backend = _connection.Backend!;
            turn = turn.HasMore ? turn : backend.Pool.Sources.Begin(backend.IsIPv4, _connection.Client);
            SourceChoice source = turn.Take();
            (SocketError error, SourceProblem problem, Socket? socket) = await TryAsync(operation, backend, source).ConfigureAwait(false);
            if (socket is not null)
            {
                return socket;
            }

            if (problem != SourceProblem.None)
            {
                _shared.Forwarder.SourceFailed(backend, source, problem, _shared.ReadMilliseconds());
                if (turn.HasMore)
                {
                    continue;
                }
            }

            turn = default;
            if (error == SocketError.OperationAborted)
            {
                return null;
            }

            Placement next = _shared.Forwarder.Retry(_connection, SocketErrors.ToConnectFailure(error), _shared.ReadMilliseconds());
            while (next.MustWait)
            {
                if (!await WaitAsync(next.WaitMilliseconds).ConfigureAwait(false))
                {
                    return null;
                }

                next = _shared.Forwarder.PlaceAgain(_connection, _shared.ReadMilliseconds());
            }

            if (!next.IsPlaced)
            {
                _connection.End(EndRules.ReasonOf(_connection.LastFailure));
                return null;
            }
        }
    }

    /// <summary>One attempt. The socket is null when it has failed; <see cref="SocketError.OperationAborted"/>: the connection has ended.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<(SocketError Error, SourceProblem Problem, Socket? Socket)> TryAsync(
        SocketOperation operation, Backend backend, SourceChoice source)
    {
        SocketError error = SocketSetup.TryCreate(backend.Address.AddressFamily, out Socket? socket);
        if (socket is null)
        {
            return (error, SourceProblem.None, null);
        }

        if (_shared.IsOneTooMany(socket))
        {
            socket.Dispose();
            return (SocketError.TooManyOpenSockets, SourceProblem.None, null);
        }

        SourceProblem problem = SourceBinding.Bind(socket, source);
        if (problem != SourceProblem.None)
        {
            socket.Dispose();
            return (SourceBinding.ErrorOf(problem), problem, null);
        }

        if (!TryBegin(socket))
        {
            socket.Dispose();
            return (SocketError.OperationAborted, SourceProblem.None, null);
        }

        SocketResult result = await operation.ConnectAsync(socket, backend.Address).ConfigureAwait(false);
        error = Conclude(result.Error);
        if (error == SocketError.Success && SelfMeeting.Is(socket, backend.Address))
        {
            // With a FIN to itself it would hold for a minute the port that the backend is to listen on.
            SocketClosing.Close(socket, withReset: true);
            return (SocketError.ConnectionRefused, SourceProblem.None, null);
        }

        problem = SourceBinding.Explain(source, error);
        error = error == SocketError.Success ? await SendHeaderAsync(operation, socket).ConfigureAwait(false) : error;
        if (error == SocketError.Success)
        {
            return (error, problem, socket);
        }

        socket.Dispose();
        return (problem == SourceProblem.None ? error : SourceBinding.ErrorOf(problem), problem, null);
    }

    /// <summary>Gives the attempt up when its time has passed. The tick only.</summary>
    public void TimeOut(long now)
    {
        Socket? connecting = null;
        TaskCompletionSource? waiting = null;
        lock (_lock)
        {
            if (_connecting is not null && now >= Deadline)
            {
                _isTimedOut = true;
                connecting = _connecting;
            }

            waiting = now >= Deadline ? _waiting : null;
        }

        waiting?.TrySetResult();

        SocketClosing.Close(connecting, withReset: true);
    }

    /// <summary>Gives this attempt up and lets no other begin: the connection has ended. Any thread.</summary>
    public void Cancel()
    {
        Socket? connecting;
        TaskCompletionSource? waiting;
        lock (_lock)
        {
            _isCancelled = true;
            connecting = _connecting;
            waiting = _waiting;
        }

        waiting?.TrySetResult();
        SocketClosing.Close(connecting, withReset: true);
    }

    /// <summary>Makes ready for the next connection.</summary>
    public void Reset() => _isCancelled = false;

    /// <summary>The backend learns whose connection it gets, where its pool says so: at once, since it may be the one to speak first.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<SocketError> SendHeaderAsync(SocketOperation operation, Socket backend)
    {
        if (!_connection.Pool.SendsHeader)
        {
            return SocketError.Success;
        }

        if (!_connection.TryReadLocal(out EndPointKey local))
        {
            return SocketError.OperationAborted;
        }

        byte[] header = ArrayPool<byte>.Shared.Rent(ProxyHeaderWriter.MostBytesWithFields);
        try
        {
            int length = _shared.Forwarder.WriteHeader(_connection, local, header);
            return (await operation.SendAsync(backend, header.AsMemory(0, length)).ConfigureAwait(false)).Error;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(header);
        }
    }

    private bool TryBegin(Socket socket)
    {
        long deadline = _shared.ReadMilliseconds() + _connection.Pool.ConnectTimeoutMilliseconds;
        lock (_lock)
        {
            if (_isCancelled)
            {
                return false;
            }

            _isTimedOut = false;
            Deadline = deadline;
            _connecting = socket;
        }

        _shared.Timers.Schedule(_connection, deadline);
        return true;
    }

    /// <summary>Waits for the next round. False when the connection has ended.</summary>
    private async ValueTask<bool> WaitAsync(int milliseconds)
    {
        var waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        long deadline = _shared.ReadMilliseconds() + milliseconds;
        lock (_lock)
        {
            if (_isCancelled)
            {
                return false;
            }

            Deadline = deadline;
            _waiting = waiting;
        }

        _shared.Timers.Schedule(_connection, deadline);
        await waiting.Task.ConfigureAwait(false);
        lock (_lock)
        {
            _waiting = null;
            return !_isCancelled;
        }
    }

    private SocketError Conclude(SocketError error)
    {
        lock (_lock)
        {
            _connecting = null;
            return _isCancelled ? SocketError.OperationAborted : _isTimedOut ? SocketError.TimedOut : error;
        }
    }
}
