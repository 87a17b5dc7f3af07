// SPDX-License-Identifier: MIT
using System.Buffers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using LbEngine.Connections;

namespace LbEngine.Transport.Sockets;

/// <summary>One direction of a connection: moves what one side sends to the other, until that side ends or the connection does.</summary>
/// <remarks>
/// One loop owns it. An idle direction holds no buffer: it waits with an empty receive and rents one only while there is something to move.
/// What was received is sent before more is received, so that a slow reader is felt by the sender (back-pressure) after one buffer.
/// </remarks>
internal sealed class SocketRelayDirection : IDisposable
{
    /// <summary>The most that is taken from one side before it is handed to the other.</summary>
    private const int BufferSize = 65_536;

    /// <summary>Full buffers moved without a pause until other connections get their turn.</summary>
    private const int MaxTurns = 16;

    private readonly SocketConnection _connection;
    private readonly Side _from;
    private volatile bool _isBlocked;

    public SocketRelayDirection(SocketConnection connection, Side from)
    {
        _connection = connection;
        _from = from;
    }

    /// <summary>The one operation that this direction has in flight: at first a connect or a wait, then receives and sends in turn.</summary>
    public SocketOperation Operation { get; } = new();

    /// <summary>True while received bytes wait for the other side to take them. Any thread.</summary>
    public bool IsBlocked => _isBlocked;

    private Side To => _from == Side.Client ? Side.Backend : Side.Client;

    /// <summary>Relays until the end of input was passed on, or the connection ended.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask RelayAsync(Socket source, Socket destination)
    {
        SocketResult input = await Operation.WaitForInputAsync(source).ConfigureAwait(false);
        while (input.IsSuccess)
        {
            byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
            try
            {
                if (!await DrainAsync(source, destination, buffer).ConfigureAwait(false))
                {
                    return;
                }
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }

            input = await Operation.WaitForInputAsync(source).ConfigureAwait(false);
        }

        _connection.OnPeerFailed(_from);
    }

    public void Dispose() => Operation.Dispose();

    /// <summary>Moves until a short receive says that the kernel has no more. False when this direction is over.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> DrainAsync(Socket source, Socket destination, byte[] buffer)
    {
        for (int turns = 1; ; turns++)
        {
            SocketResult received = await Operation.ReceiveAsync(source, buffer).ConfigureAwait(false);
            if (!received.IsSuccess)
            {
                _connection.OnPeerFailed(_from);
                return false;
            }

            if (received.Bytes == 0)
            {
                _connection.OnInputEnded(_from);
                return false;
            }

            _connection.OnReceived(_from, received.Bytes);
            if (!await SendAsync(destination, buffer.AsMemory(0, received.Bytes)).ConfigureAwait(false))
            {
                _connection.OnPeerFailed(To);
                return false;
            }

            if (received.Bytes < buffer.Length)
            {
                return true;
            }

            if (turns == MaxTurns)
            {
                turns = 0;
                await Operation.YieldAsync().ConfigureAwait(false);
            }
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> SendAsync(Socket destination, Memory<byte> data)
    {
        while (true)
        {
            ValueTask<SocketResult> sending = Operation.SendAsync(destination, data);
            if (!sending.IsCompleted)
            {
                _isBlocked = true;
                _connection.OnBlocked();
            }

            SocketResult sent = await sending.ConfigureAwait(false);
            _isBlocked = false;
            if (!sent.IsSuccess)
            {
                return false;
            }

            _connection.OnSent();
            if (sent.Bytes == data.Length)
            {
                return true;
            }

            data = data[sent.Bytes..];
        }
    }
}
