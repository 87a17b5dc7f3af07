// SPDX-License-Identifier: MIT
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace LbEngine.Transport.Sockets.Streams;

/// <summary>Relays a direction whose reader is slower than its sender: receives into a pipe while the other side takes its time.</summary>
/// <remarks>
/// The pipe rents its memory while it holds bytes and stops receiving at a limit, so the sender feels the slow reader; below
/// the limit the sender's end or reset is seen although bytes still wait. Receives of at most half a buffer into a pipe that
/// pauses at half a buffer: never more than one buffer waits, as without read-ahead. Two loops, one per end of the pipe, both
/// inside <see cref="RelayAsync"/>, which returns only when neither runs any more.
/// </remarks>
internal sealed class SocketReadAhead
{
    private const int SegmentSize = SocketRelayDirection.BufferSize / 2;

    /// <summary>Less room than this in a segment is not worth a receive.</summary>
    private const int MinimumReceive = 4096;

    private static readonly PipeOptions Options = new(
        readerScheduler: PipeScheduler.Inline,
        writerScheduler: PipeScheduler.Inline,
        pauseWriterThreshold: SegmentSize,
        resumeWriterThreshold: SegmentSize / 2,
        minimumSegmentSize: SegmentSize,
        useSynchronizationContext: false);

    private readonly SocketConnection _connection;
    private readonly SocketRelayDirection _direction;
    private readonly BufferBudget _buffers;
    private readonly Pipe _pipe = new(Options);
    private volatile bool _hasEnded;

    public SocketReadAhead(SocketConnection connection, SocketRelayDirection direction, BufferBudget buffers)
    {
        _connection = connection;
        _buffers = buffers;
        _direction = direction;
    }

    /// <summary>Relays until the end of input was passed on, or the connection ended.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask RelayAsync(Socket source, Socket destination)
    {
        _hasEnded = false;
        _buffers.Take(SocketRelayDirection.BufferSize);
        ValueTask draining = DrainAsync(destination);
        try
        {
            await FillAsync(source).ConfigureAwait(false);
        }
        finally
        {
            await draining.ConfigureAwait(false);
            _buffers.Give(SocketRelayDirection.BufferSize);
        }

        _pipe.Reset();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask FillAsync(Socket source)
    {
        try
        {
            int turns = 0;
            bool hasMore = false;
            while (hasMore || (await _direction.Receiving.WaitForInputAsync(source).ConfigureAwait(false)).IsSuccess)
            {
                Memory<byte> memory = _pipe.Writer.GetMemory(MinimumReceive);
                memory = memory[..Math.Min(memory.Length, SegmentSize)];
                SocketResult received = await _direction.Receiving.ReceiveAsync(source, memory).ConfigureAwait(false);
                if (!received.IsSuccess)
                {
                    break;
                }

                if (received.Bytes == 0)
                {
                    _hasEnded = true;
                    return;
                }

                _connection.OnReceived(_direction.From);
                _pipe.Writer.Advance(received.Bytes);
                FlushResult flushed = await _pipe.Writer.FlushAsync().ConfigureAwait(false);
                if (flushed.IsCompleted)
                {
                    return;
                }

                hasMore = received.Bytes == memory.Length;
                if (++turns == SocketRelayDirection.MaxTurns)
                {
                    turns = 0;
                    await _direction.Receiving.YieldAsync().ConfigureAwait(false);
                }
            }

            _direction.OnInputFailed();
        }
        finally
        {
            await _pipe.Writer.CompleteAsync().ConfigureAwait(false);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask DrainAsync(Socket destination)
    {
        try
        {
            bool isLast = false;
            bool isAlive = true;
            while (isAlive && !isLast)
            {
                ReadResult read = await _pipe.Reader.ReadAsync().ConfigureAwait(false);
                isLast = read.IsCompleted;
                foreach (ReadOnlyMemory<byte> part in read.Buffer)
                {
                    isAlive = isAlive && await _direction.CompleteSendAsync(_direction.BeginSendAsync(destination, part)).ConfigureAwait(false);
                }

                _pipe.Reader.AdvanceTo(read.Buffer.End);
            }

            if (isAlive)
            {
                PassOnEnd();
            }
        }
        finally
        {
            await _pipe.Reader.CompleteAsync().ConfigureAwait(false);
        }
    }

    private void PassOnEnd()
    {
        if (_hasEnded)
        {
            _connection.OnInputEnded(_direction.From);
        }
        else
        {
            _connection.OnPeerFailed(_direction.From);
        }
    }
}
