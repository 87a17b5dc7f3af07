// SPDX-License-Identifier: MIT
using System.Net.Sockets;

namespace LbEngine.Benchmarks.Soak.Traffic;

/// <summary>One end of a connection: sends one pattern and checks the other. It owns the socket.</summary>
/// <param name="socket">The connection.</param>
/// <param name="stop">Ends all waiting.</param>
/// <param name="moved">Is told whenever bytes have gone out or come in; null: nobody asks.</param>
internal sealed class StreamEnd(Socket socket, CancellationToken stop, Action? moved = null) : IDisposable
{
    private const int ReadPiece = 64 << 10;

    private static readonly byte[] Urgent = "!"u8.ToArray();

    /// <summary>Sends a pattern from 0 up to <paramref name="until"/>.</summary>
    /// <param name="pattern">What to send.</param>
    /// <param name="until">How many bytes.</param>
    /// <param name="plan">Pieces, and where the urgent byte goes.</param>
    /// <param name="pauseAt">Where to stop for a while; -1: nowhere.</param>
    public async Task SendAsync(BytePattern pattern, long until, StreamPlan plan, long pauseAt)
    {
        var buffer = new byte[(int)Math.Min(plan.Piece, Math.Max(until, 1))];
        long urgentAt = plan.UrgentAt;
        for (long offset = 0; offset < until;)
        {
            int count = (int)Math.Min(buffer.Length, until - offset);
            pattern.Fill(buffer.AsSpan(0, count), offset);
            await SendAllAsync(buffer.AsMemory(0, count));
            offset += count;
            if (urgentAt >= 0 && offset > urgentAt)
            {
                urgentAt = -1;
                await socket.SendAsync(Urgent, SocketFlags.OutOfBand, stop);
            }

            if (pauseAt >= 0 && offset > pauseAt)
            {
                pauseAt = -1;
                await Task.Delay(plan.Stall, stop);
            }
        }
    }

    public async Task SendAllAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None, stop)..];
            moved?.Invoke();
        }
    }

    /// <summary>Receives exactly these bytes.</summary>
    public async Task ReceiveExactlyAsync(Memory<byte> bytes, string what)
    {
        for (int received = 0; received < bytes.Length;)
        {
            int count = await socket.ReceiveAsync(bytes[received..], SocketFlags.None, stop);
            received += count > 0 ? count : throw new EarlyEndException($"a FIN after {received} of {bytes.Length} bytes of {what}");
        }
    }

    /// <summary>Receives and checks a pattern.</summary>
    /// <param name="pattern">What has to come.</param>
    /// <param name="until">How much of it.</param>
    /// <param name="plan">How long a pause is.</param>
    /// <param name="pauseAt">Where to stop for a while; -1: nowhere.</param>
    /// <param name="progress">Is told how many have come.</param>
    public async Task ReceiveAsync(BytePattern pattern, long until, StreamPlan plan, long pauseAt, Action<long> progress)
    {
        var buffer = new byte[(int)Math.Min(ReadPiece, Math.Max(until, 1))];
        for (long offset = 0; offset < until;)
        {
            int count = await socket.ReceiveAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, until - offset)), SocketFlags.None, stop);
            if (count == 0)
            {
                throw new EarlyEndException($"a FIN after {offset} of {until} bytes");
            }

            long difference = pattern.FindDifference(buffer.AsSpan(0, count), offset);
            if (difference >= 0)
            {
                throw new WrongBytesException($"the byte at {difference} of {until} is not the one that was sent");
            }

            offset += count;
            progress(count);
            moved?.Invoke();
            if (pauseAt >= 0 && offset > pauseAt)
            {
                pauseAt = -1;
                await Task.Delay(plan.Stall, stop);
            }
        }
    }

    /// <summary>Nothing more may come but the end.</summary>
    public async Task ReceiveEndAsync()
    {
        var buffer = new byte[64];
        int count = await socket.ReceiveAsync(buffer, SocketFlags.None, stop);
        if (count > 0)
        {
            throw new WrongBytesException($"{count} bytes behind the last one");
        }
    }

    /// <summary>Sends FIN.</summary>
    public void EndSending() => socket.Shutdown(SocketShutdown.Send);

    /// <summary>Sends RST.</summary>
    public void Reset()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
    }

    public void Dispose() => socket.Dispose();
}
