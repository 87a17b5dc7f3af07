// SPDX-License-Identifier: MIT
using System.Buffers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using LbEngine.Lifecycle;

namespace LbEngine.Transport.Sockets.Streams;

/// <summary>One direction of a connection: moves what one side sends to the other, until that side ends or the connection does.</summary>
/// <remarks>
/// <para>
/// One loop owns it. An idle direction holds no buffer: it waits with an empty receive and rents one only while there is
/// something to move. As long as the kernel takes at once what is sent, a buffer goes straight from receive to send.
/// </para>
/// <para>
/// The first send that has to wait shows that one side is slower than the other; from then on the direction goes through a
/// pipe, see <see cref="SocketReadAhead"/>. Using a pipe from the start was measured as well: no difference per request on a
/// kept connection (15.7 and 15.8 µs), 5 % more CPU per short connection, 10 % more per GB (medians of six interleaved rounds,
/// two cores, Linux 6.18), and two pipes held by every idle connection.
/// </para>
/// </remarks>
internal sealed class SocketRelayDirection : IDisposable
{
    /// <summary>The most that is taken from one side before it is handed to the other.</summary>
    public const int BufferSize = 65_536;

    /// <summary>The same while memory is short.</summary>
    private const int SmallBufferSize = 4096;

    /// <summary>Full buffers moved without a pause until other connections get their turn.</summary>
    public const int MaxTurns = 16;

    private readonly SocketConnection _connection;
    private readonly BufferBudget _buffers;
    private readonly SocketOperation _sending = new();
    private SocketReadAhead? _readAhead;
    private volatile bool _isBlocked;
    private volatile bool _hasInputFailed;

    private enum Progress : byte
    {
        Drained,
        Slow,
        Over,
    }

    public SocketRelayDirection(SocketConnection connection, Side from, BufferBudget buffers)
    {
        _connection = connection;
        _buffers = buffers;
        From = from;
    }

    /// <summary>What is in flight on the source: at first a connect or a wait, then receives.</summary>
    public SocketOperation Receiving { get; } = new();

    /// <summary>True while received bytes wait for the other side to take them. Any thread.</summary>
    public bool IsBlocked => _isBlocked;

    /// <summary>The side that bytes come from.</summary>
    public Side From { get; }

    private Side To => From == Side.Client ? Side.Backend : Side.Client;

    /// <summary>Relays until the end of input was passed on, or the connection ended.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask RelayAsync(Socket source, Socket destination)
    {
        SocketResult input = await Receiving.WaitForInputAsync(source).ConfigureAwait(false);
        while (input.IsSuccess)
        {
            Progress progress;
            byte[] buffer = ArrayPool<byte>.Shared.Rent(_buffers.IsShort ? SmallBufferSize : BufferSize);
            try
            {
                progress = await MoveAsync(source, destination, buffer).ConfigureAwait(false);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }

            if (progress == Progress.Slow && _buffers.IsShort)
            {
                // No memory for a pipe: small pieces, one after the other.
                progress = Progress.Drained;
            }
            else if (progress == Progress.Slow)
            {
                _readAhead ??= new SocketReadAhead(_connection, this, _buffers);
                await _readAhead.RelayAsync(source, destination).ConfigureAwait(false);
            }

            if (progress != Progress.Drained)
            {
                return;
            }

            input = await Receiving.WaitForInputAsync(source).ConfigureAwait(false);
        }

        _connection.OnPeerFailed(From);
    }

    /// <summary>Sends all of it. False when that ended the connection. One send at a time.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> CompleteSendAsync(ValueTask<SocketResult> sending)
    {
        if (!sending.IsCompleted)
        {
            _isBlocked = true;
            _connection.Watch();
            EndIfBlockedForNothing();
        }

        SocketResult sent = await sending.ConfigureAwait(false);
        _isBlocked = false;
        _connection.OnSent(From, sent.Bytes);
        if (!sent.IsSuccess)
        {
            _connection.OnPeerFailed(To);
            return false;
        }

        return true;
    }

    /// <summary>Begins to send all of it: on a stream socket an asynchronous send completes when the kernel has taken everything.</summary>
    public ValueTask<SocketResult> BeginSendAsync(Socket destination, ReadOnlyMemory<byte> data) => _sending.SendAsync(destination, data);

    /// <summary>
    /// The source was reset while bytes from it may wait: what the other side can take at once it still gets, but a reset never
    /// waits for one that takes nothing.
    /// </summary>
    public void OnInputFailed()
    {
        _hasInputFailed = true;
        EndIfBlockedForNothing();
    }

    /// <summary>Forgets the last peers and buffers.</summary>
    public void Forget()
    {
        _hasInputFailed = false;
        Receiving.Forget();
        _sending.Forget();
    }

    public void Dispose()
    {
        Receiving.Dispose();
        _sending.Dispose();
    }

    /// <summary>Called after either of the two was set, so that whoever is second sees both.</summary>
    private void EndIfBlockedForNothing()
    {
        Interlocked.MemoryBarrier();
        if (_isBlocked && _hasInputFailed)
        {
            _connection.OnPeerFailed(From);
        }
    }

    /// <summary>Moves until a short receive says that the kernel has no more, a send had to wait, or this direction is over.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Progress> MoveAsync(Socket source, Socket destination, byte[] buffer)
    {
        for (int turns = 1; ; turns++)
        {
            SocketResult received = await Receiving.ReceiveAsync(source, buffer).ConfigureAwait(false);
            if (!received.IsSuccess)
            {
                _connection.OnPeerFailed(From);
                return Progress.Over;
            }

            if (received.Bytes == 0)
            {
                _connection.OnInputEnded(From);
                return Progress.Over;
            }

            _connection.OnReceived(From);
            ValueTask<SocketResult> sending = BeginSendAsync(destination, buffer.AsMemory(0, received.Bytes));
            if (!sending.IsCompleted)
            {
                return await CompleteSlowlyAsync(sending, buffer.Length).ConfigureAwait(false);
            }

            if (!await CompleteSendAsync(sending).ConfigureAwait(false))
            {
                return Progress.Over;
            }

            if (received.Bytes < buffer.Length)
            {
                return Progress.Drained;
            }

            if (turns == MaxTurns)
            {
                turns = 0;
                await Receiving.YieldAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>The first send that has to wait: its buffer counts as long as it does.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Progress> CompleteSlowlyAsync(ValueTask<SocketResult> sending, int bufferSize)
    {
        _buffers.Take(bufferSize);
        try
        {
            return await CompleteSendAsync(sending).ConfigureAwait(false) ? Progress.Slow : Progress.Over;
        }
        finally
        {
            _buffers.Give(bufferSize);
        }
    }
}
