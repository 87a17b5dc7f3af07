// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Observability;
using LbEngine.Tables;

namespace LbEngine.Transport.Sockets.Streams;

/// <summary>One listening socket and the loop that accepts from it.</summary>
/// <remarks>
/// <see cref="Socket"/> cannot wait for a client without taking it, and a place that is reserved while nobody comes would be
/// missing elsewhere. So the loop takes a client first and asks then; while it is told to hold, it keeps that one client in
/// hand, unread, and the others wait in the kernel.
/// </remarks>
internal sealed class SocketListener : IThreadPoolWorkItem, IDisposable
{
    private const int ErrorPauseMilliseconds = 10;
    private const int LogIntervalMilliseconds = 1000;

    /// <summary>How long clients that keep arriving can put off the end of accepting.</summary>
    private const int StopLimitMilliseconds = 1000;

    /// <summary>Clients taken without a pause until established connections get their turn.</summary>
    private const int MaxTurns = 64;

    private readonly SocketsShared _shared;
    private readonly Listener _listener;
    private readonly Socket _socket;
    private readonly SocketOperation _operation = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource<bool>? _retry;
    private long _retryAt;
    private bool _isHolding;
    private int _held;
    private long _nextLogAt = long.MinValue;
    private long _stopAt;
    private volatile bool _isWaiting;
    private volatile bool _isStopping;

    private SocketListener(SocketsShared shared, Listener listener, Socket socket)
    {
        _shared = shared;
        _listener = listener;
        _socket = socket;
    }

    public Listener Listener => _listener;

    public int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    /// <summary>A listener that does not listen yet.</summary>
    /// <param name="shared">The transport's.</param>
    /// <param name="listener">Whose.</param>
    /// <param name="bind">Where: its address, or one of two.</param>
    /// <param name="beside">Open ones whose address overlaps.</param>
    /// <exception cref="ListenerBindException">The address cannot be bound.</exception>
    public static SocketListener Bind(SocketsShared shared, Listener listener, IPEndPoint bind, IEnumerable<SocketListener> beside)
    {
        try
        {
            return new SocketListener(shared, listener, SocketSetup.Bind(listener, bind, [.. beside.Select(static open => open._socket)]));
        }
        catch (SocketException exception)
        {
            throw new ListenerBindException(listener.Name, bind, SocketErrors.DescribeBind(exception), exception);
        }
    }

    /// <exception cref="ListenerBindException">Another socket listens there.</exception>
    public void Listen()
    {
        try
        {
            SocketSetup.Listen(_socket);
        }
        catch (SocketException exception)
        {
            throw new ListenerBindException(_listener.Name, (IPEndPoint)_socket.LocalEndPoint!, SocketErrors.DescribeBind(exception), exception);
        }
    }

    /// <summary>Begins to accept, on the thread pool: the caller's context stays out of it.</summary>
    public void Start() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    void IThreadPoolWorkItem.Execute() => _ = RunAsync();

    /// <summary>Closes the socket of a listener that was never started; one that was closes itself, see <see cref="StopAsync"/>.</summary>
    public void Dispose()
    {
        _socket.Dispose();
        _operation.Dispose();
    }

    /// <summary>
    /// Sends newcomers to another listener of the address, or away: between the last look into the backlog and the close one might come, and would be
    /// reset. Any thread; may be called again.
    /// </summary>
    public void Hide()
    {
        try
        {
            if (OperatingSystem.IsLinux())
            {
                LinuxOptions.Hide(_socket);
            }
        }
        catch (ObjectDisposedException)
        {
            // It is closed already.
        }
    }

    /// <summary>Takes what the kernel has, then closes. Completes when the loop has ended. Any thread; may be called again.</summary>
    public Task StopAsync()
    {
        if (!_isStopping)
        {
            Volatile.Write(ref _stopAt, _shared.ReadMilliseconds() + StopLimitMilliseconds);
            _isStopping = true;
            Volatile.Read(ref _retry)?.TrySetResult(false);

            Hide();
            CloseIfEmpty();
        }

        return _ended.Task;
    }

    /// <summary>The tick only.</summary>
    public void OnTick(long now)
    {
        if (Volatile.Read(ref _retry) is TaskCompletionSource<bool> retry && now >= _retryAt)
        {
            if (_isHolding)
            {
                NoteHeld(1 + BacklogLength.Read(_socket));
            }

            Retry(retry);
            if (Volatile.Read(ref _retry) is null)
            {
                // The pause has ended meanwhile, and may have said so before.
                NoteHeld(0);
            }
        }

        if (_isStopping)
        {
            CloseIfEmpty();
        }
    }

    /// <summary>Asks for the place right here: a full listener may stay full for hours, and the loop need not wake for that.</summary>
    private void Retry(TaskCompletionSource<bool> retry)
    {
        if (!_isHolding)
        {
            retry.TrySetResult(false);
        }
        else if (_shared.Forwarder.MayAccept(_listener) == AcceptDecision.Accept && !retry.TrySetResult(true))
        {
            _shared.Forwarder.NotAccepted(_listener);
        }
    }

    private async Task RunAsync()
    {
        for (int turns = 1; await TryAcceptAsync().ConfigureAwait(false); turns++)
        {
            if (turns == MaxTurns)
            {
                turns = 0;
                await _operation.YieldAsync().ConfigureAwait(false);
            }
        }

        Dispose();
        _shared.Forwarder.NobodyWaits(_listener);
        _ended.TrySetResult();
    }

    /// <summary>Accepts one client and places it. False when the listener is closed; whatever else happens, the loop goes on.</summary>
    private async ValueTask<bool> TryAcceptAsync()
    {
        try
        {
            ValueTask<SocketResult> accepting = _operation.AcceptAsync(_socket);
            if (!accepting.IsCompleted)
            {
                _shared.Forwarder.NobodyWaits(_listener);
                _isWaiting = true;
                if (_isStopping)
                {
                    CloseIfEmpty();
                }
            }

            SocketResult result = await accepting.ConfigureAwait(false);
            _isWaiting = false;
            if (result.IsSuccess)
            {
                if (_shared.IsOneTooMany(_operation.AcceptSocket!))
                {
                    SocketClosing.Close(_operation.AcceptSocket!, withReset: true);
                    LogFailure(SocketError.TooManyOpenSockets);
                    await PauseAsync(_shared.ReadMilliseconds() + ErrorPauseMilliseconds, isHolding: false).ConfigureAwait(false);
                    return true;
                }

                return await PlaceAsync(_operation.AcceptSocket!).ConfigureAwait(false);
            }

            // Descriptors or memory are short, or the client is gone already. Trying again at once could burn a core.
            if (result.Error != SocketError.OperationAborted && !_isStopping)
            {
                LogFailure(result.Error);
                await PauseAsync(_shared.ReadMilliseconds() + ErrorPauseMilliseconds, isHolding: false).ConfigureAwait(false);
                return true;
            }

            return false;
        }
        catch (Exception exception)
        {
            EngineLog.TransportUnexpected(_shared.Context.Logger, exception, SocketsTransport.TransportName);
            await PauseAsync(_shared.ReadMilliseconds() + ErrorPauseMilliseconds, isHolding: false).ConfigureAwait(false);
            return !_isStopping;
        }
    }

    /// <summary>Gives the client to a connection as soon as the forwarder allows. False when it never will, because the listener stops.</summary>
    private async ValueTask<bool> PlaceAsync(Socket client)
    {
        try
        {
            SocketSetup.TuneAccepted(client, _listener.KeepAlive);
            EndPointKey address = EndPointKey.From((IPEndPoint)client.RemoteEndPoint!);
            while (_shared.Forwarder.MayAccept(_listener) == AcceptDecision.Hold)
            {
                if (_isStopping)
                {
                    SocketClosing.Close(client, withReset: true);
                    return false;
                }

                if (await PauseAsync(0, isHolding: true).ConfigureAwait(false))
                {
                    break;
                }
            }

            Arrive(client, address);
            return true;
        }
        catch (SocketException exception)
        {
            // Outside Linux a client that is gone again can make setting its options fail.
            LogFailure(exception.SocketErrorCode);
            SocketClosing.Close(client, withReset: true);
            return true;
        }
        catch
        {
            SocketClosing.Close(client, withReset: true);
            throw;
        }
    }

    private void Arrive(Socket client, EndPointKey address)
    {
        SocketConnection connection = _shared.Rent();
        var arrival = new Arrival(_listener, address, Owner: 0, _shared.ReadMilliseconds()) { Holder = _shared.Crowded };
        if (_shared.Forwarder.MayHaveGoneRound(arrival))
        {
            arrival = arrival with { Local = EndPointKey.From((IPEndPoint)client.LocalEndPoint!).Address };
        }

        Placement placement = _shared.Forwarder.Arrive(connection, arrival);
        if (placement.Reason == RejectReason.None)
        {
            connection.Start(client, placement.MustInspect);
        }
        else
        {
            _shared.GiveBack(connection);
            if (_listener.DropsSilently(placement.Reason))
            {
                _shared.Silence(_listener, client);
            }

            SocketClosing.Close(client, withReset: true);
        }
    }

    /// <summary>Waits for the first tick at or after the time and, when holding, until there is a place. True when that is reserved now.</summary>
    private async ValueTask<bool> PauseAsync(long until, bool isHolding)
    {
        var retry = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        _retryAt = until;
        _isHolding = isHolding;
        Volatile.Write(ref _retry, retry);
        _shared.Timers.Hurry();
        if (_isStopping)
        {
            retry.TrySetResult(false);
        }

        if (isHolding)
        {
            // The one in hand, too.
            NoteHeld(1 + BacklogLength.Read(_socket));
        }

        bool hasPlace = await retry.Task.ConfigureAwait(false);
        Volatile.Write(ref _retry, null);
        NoteHeld(0);
        _shared.Timers.Relax();
        return hasPlace;
    }

    private void NoteHeld(int held)
    {
        int before = Interlocked.Exchange(ref _held, held);
        if (held != before)
        {
            _shared.Forwarder.Held(_listener, held - before);
        }
    }

    /// <summary>Ends the pending accept when nobody waits in the kernel; when somebody does, that accept is about to take him.</summary>
    private void CloseIfEmpty()
    {
        try
        {
            if (_isWaiting && (!_socket.Poll(0, SelectMode.SelectRead) || _shared.ReadMilliseconds() >= Volatile.Read(ref _stopAt)))
            {
                _socket.Dispose();
            }
        }
        catch (ObjectDisposedException)
        {
            // Closed by the other of the two who look: the tick and the loop.
        }
    }

    private void LogFailure(SocketError error)
    {
        long now = _shared.ReadMilliseconds();
        if (now >= _nextLogAt)
        {
            _nextLogAt = now + LogIntervalMilliseconds;
            EngineLog.AcceptFailed(_shared.Context.Logger, _listener.Name, error.ToString());
        }
    }
}
