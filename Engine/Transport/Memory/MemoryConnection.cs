// SPDX-License-Identifier: MIT
using System.Net;
using System.Text;

namespace LbEngine.Testing;

/// <summary>One end of a connection, in the hands of a test: a client's, or a backend's.</summary>
/// <remarks>
/// <para>
/// Whatever a call causes has happened when it returns: accept, connect, relay, answers of scripted ends. Only a call made
/// inside a handler leaves its effects to the outer call. Any thread may call.
/// </para>
/// <para>
/// An end reads everything that comes unless it is <see cref="Pause">paused</see>. Then at most 64 KiB wait in the balancer,
/// and the rest waits with the sender, as <see cref="UnsentBytes"/>.
/// </para>
/// </remarks>
public class MemoryConnection : IMemoryEnd, IRunnable
{
    /// <summary>Times that the handlers of one connection may run in one call: two ends that answer each other never come to an end.</summary>
    private const int MaxHandlerCalls = 1000;

    private readonly ByteQueue _unsent = new();
    private readonly ByteQueue _received = new();
    private IMemoryEnd? _peer;
    private Action<MemoryConnection, ReadOnlySpan<byte>>? _receivedHandler;
    private Action<MemoryConnection>? _finishedHandler;
    private int _handledBytes;
    private bool _finishHandled;
    private long _handlerCallNumber;
    private int _handlerCalls;
    private long _patternPosition;
    private bool _isPaused;
    private bool _finishRequested;
    private bool _finSent;
    private bool _wasReset;
    private MemoryClose _closed;

    /// <summary>Internal: made by a <see cref="MemoryNetwork"/>, linked before anybody sees it.</summary>
    internal MemoryConnection(RunQueue queue, IPEndPoint localEndPoint, IPEndPoint remoteEndPoint)
    {
        Queue = queue;
        LocalEndPoint = localEndPoint;
        RemoteEndPoint = remoteEndPoint;
    }

    /// <summary>The address of this end.</summary>
    public IPEndPoint LocalEndPoint { get; }

    /// <summary>The address that this end talks to: for a client a listener, for a backend the balancer.</summary>
    public IPEndPoint RemoteEndPoint { get; }

    /// <summary>How the other side has ended the connection; <see cref="MemoryClose.None"/> while it may still send.</summary>
    public MemoryClose Closed => Queue.Read(() => _closed);

    /// <summary>Everything that has come so far.</summary>
    public ReadOnlyMemory<byte> Received => Queue.Read(() => _received.Memory);

    /// <summary>Everything that has come so far, as UTF-8 text.</summary>
    public string ReceivedText => Encoding.UTF8.GetString(Received.Span);

    /// <summary>How many of the bytes that have come, from the first on, are what <see cref="SendPattern"/> of the other side sends.</summary>
    /// <remarks>Every byte is right and in its place when this is the number of bytes that were sent.</remarks>
    public int ReceivedPatternBytes => BytePattern.CountMatching(Received.Span);

    /// <summary>Bytes that wait on this side because the other side does not take them.</summary>
    public int UnsentBytes => Queue.Read(() => _unsent.Count);

    internal RunQueue Queue { get; }

    bool IRunnable.IsQueued { get; set; }

    /// <summary>Sends text as UTF-8. See <see cref="Send(ReadOnlySpan{byte})"/>.</summary>
    public void Send(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        SendCopy(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Sends bytes. What cannot be sent now waits on this side; what is sent to a side that has reset the connection is lost.</summary>
    /// <exception cref="InvalidOperationException">This side has called <see cref="Finish"/> or <see cref="Reset"/> before.</exception>
    public void Send(ReadOnlySpan<byte> bytes) => SendCopy(bytes.ToArray());

    /// <summary>Sends the next bytes of a fixed pattern, which the other side checks with <see cref="ReceivedPatternBytes"/>.</summary>
    /// <param name="count">How many bytes; a second call goes on where the first has ended.</param>
    /// <exception cref="InvalidOperationException">This side has called <see cref="Finish"/> or <see cref="Reset"/> before.</exception>
    public void SendPattern(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var bytes = new byte[count];
        Queue.FromTest(() =>
        {
            BytePattern.Fill(bytes, _patternPosition);
            Append(bytes);
            _patternPosition += count;
        });
    }

    /// <summary>Ends this side's direction: FIN follows the last byte. The other direction goes on (a half-close). A second call does nothing.</summary>
    public void Finish() => Queue.FromTest(() =>
    {
        _finishRequested = true;
        Queue.Add(this);
    });

    /// <summary>Ends both directions by RST; unsent bytes are lost. A second call does nothing.</summary>
    public void Reset() => Queue.FromTest(() =>
    {
        if (!_wasReset && _closed != MemoryClose.Reset)
        {
            _wasReset = true;
            _unsent.Clear();
            _peer?.TakeReset();
        }
    });

    /// <summary>Stops reading, until <see cref="Resume"/>: the sender feels back-pressure.</summary>
    public void Pause() => Queue.FromTest(() => _isPaused = true);

    /// <summary>Reads again, first what has waited.</summary>
    public void Resume() => Queue.FromTest(() =>
    {
        _isPaused = false;
        _peer?.PeerHasRoom();
    });

    /// <summary>Sets what to do with bytes that come from now on; replaces an earlier handler.</summary>
    /// <param name="handler">Gets this connection and the new bytes, in pieces of any size. Its exceptions come out of the call that caused them.</param>
    public void OnReceived(Action<MemoryConnection, ReadOnlySpan<byte>>? handler) => Queue.FromTest(() =>
    {
        _receivedHandler = handler;
        _handledBytes = _received.Count;
    });

    /// <summary>Sets what to do when the other side's FIN comes; replaces an earlier handler.</summary>
    public void OnFinished(Action<MemoryConnection>? handler) => Queue.FromTest(() => _finishedHandler = handler);

    int IMemoryEnd.Take(ReadOnlySpan<byte> bytes)
    {
        if (_isPaused || _wasReset)
        {
            return 0;
        }

        _received.Append(bytes);
        Queue.Add(this);
        return bytes.Length;
    }

    void IMemoryEnd.TakeFin() => EndBy(MemoryClose.Fin);

    void IMemoryEnd.TakeReset()
    {
        _unsent.Clear();
        EndBy(MemoryClose.Reset);
    }

    void IMemoryEnd.PeerHasRoom() => Queue.Add(this);

    void IRunnable.Run()
    {
        SendWaiting();
        RunHandlers();
    }

    /// <summary>Sends, unless the test has ended this side itself. Within a handler.</summary>
    internal void Answer(ReadOnlySpan<byte> bytes)
    {
        if (!_finishRequested && !_wasReset)
        {
            Send(bytes);
        }
    }

    /// <summary>Joins this end to the other one. Under the queue's lock.</summary>
    internal void LinkTo(IMemoryEnd peer) => _peer = peer;

    /// <summary>Notes that nobody listens. Under the queue's lock.</summary>
    internal void Refuse() => EndBy(MemoryClose.Refused);

    private void SendCopy(byte[] bytes) => Queue.FromTest(() => Append(bytes));

    private void Append(byte[] bytes)
    {
        if (_finishRequested || _wasReset)
        {
            throw new InvalidOperationException(
                $"{LocalEndPoint} cannot send to {RemoteEndPoint}: it has called {(_wasReset ? nameof(Reset) : nameof(Finish))} before.");
        }

        if (_closed is not (MemoryClose.Reset or MemoryClose.Refused))
        {
            _unsent.Append(bytes);
            Queue.Add(this);
        }
    }

    private void EndBy(MemoryClose close)
    {
        _closed = close;
        Queue.Add(this);
    }

    private void SendWaiting()
    {
        if (_peer is null || _wasReset)
        {
            return;
        }

        while (_unsent.Count > 0)
        {
            int taken = _peer.Take(_unsent.Span);
            if (taken == 0)
            {
                return;
            }

            // A peer that answers with RST has emptied the queue.
            _unsent.Discard(Math.Min(taken, _unsent.Count));
        }

        if (_finishRequested && !_finSent)
        {
            _finSent = true;
            _peer.TakeFin();
        }
    }

    private void RunHandlers()
    {
        int from = _handledBytes;
        _handledBytes = _received.Count;
        if (_receivedHandler is { } received && from < _handledBytes)
        {
            RunHandler(() => received(this, _received.Span[from..]));
        }

        if (_finishedHandler is { } finished && _closed == MemoryClose.Fin && !_finishHandled)
        {
            _finishHandled = true;
            RunHandler(() => finished(this));
        }
    }

    private void RunHandler(Action handler)
    {
        if (_handlerCallNumber != Queue.CallNumber)
        {
            _handlerCallNumber = Queue.CallNumber;
            _handlerCalls = 0;
        }

        if (++_handlerCalls > MaxHandlerCalls)
        {
            _receivedHandler = null;
            Queue.Fail(new InvalidOperationException(
                $"The handler of {LocalEndPoint} ran {MaxHandlerCalls} times in one call: two scripted ends answer each other without end. "
                + "Let one of them stop, or send less at once."));
            return;
        }

        if (!Queue.RunHandler(handler))
        {
            _receivedHandler = null;
        }
    }
}
