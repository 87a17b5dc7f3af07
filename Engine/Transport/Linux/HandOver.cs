// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using System.Net.Sockets;
using LbEngine.Transport.Linux.Interop;

namespace LbEngine.Transport.Linux;

/// <summary>Hands listening sockets from a process to its successor over a unix socket, so that no client meets a closed door.</summary>
/// <remarks>
/// The sockets themselves go over (SCM_RIGHTS), with the clients that wait in them: a second bind with SO_REUSEPORT would lose
/// those that come to the old socket while it is closed. Messages are a number (of descriptors still to come after this one) with
/// descriptors; then come a mark, a length and bytes that the transport does not look into, for which a successor does not wait for long. It answers with
/// one byte once it serves. Any thread; one hand-over at a time.
/// </remarks>
internal static class HandOver
{
    private const byte Serving = 1;

    // "LbF1": what follows the descriptors.
    private const int MoreMark = 0x3146_624C;

    private const int HeaderSize = 2 * sizeof(int);

    /// <summary>Bytes that may follow the descriptors.</summary>
    private const int MostMore = 32 << 20;

    // Whoever can open the socket could otherwise keep a predecessor waiting.
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(60);

    // It is sent together with the descriptors, or never, by a predecessor of an older version.
    private static readonly TimeSpan MoreLimit = TimeSpan.FromSeconds(2);

    /// <summary>Sends the descriptors, which stay open here, then more, and waits until the successor serves. False when it went away instead.</summary>
    public static async Task<bool> SendAsync(Socket successor, IReadOnlyList<int> descriptors, ReadOnlyMemory<byte> more, CancellationToken cancellationToken)
    {
        int[] all = [.. descriptors];
        int sent = 0;
        do
        {
            int count = Math.Min(all.Length - sent, DescriptorPassing.MaxPerMessage);
            if (DescriptorPassing.Send((int)successor.Handle, all.Length - sent - count, all.AsSpan(sent, count)).Failed)
            {
                return false;
            }

            sent += count;
        }
        while (sent < all.Length);

        // Beside the wait: one that does not read this serves all the same.
        using var sendingEnds = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task sending = SendMoreAsync(successor, more, sendingEnds.Token);
        bool isServing = await WaitForAnswerAsync(successor, cancellationToken).ConfigureAwait(false);
        await sendingEnds.CancelAsync().ConfigureAwait(false);
        await sending.ConfigureAwait(false);
        return isServing;
    }

    /// <summary>Receives the predecessor's sockets, which belong to the caller.</summary>
    /// <param name="predecessor">Connected, and known to be one.</param>
    /// <param name="cancellationToken">Ends the wait: a process that is stopped sends nothing.</param>
    /// <exception cref="IOException">The predecessor went away, or is something else.</exception>
    public static async Task<IReadOnlyList<int>> ReceiveAsync(Socket predecessor, CancellationToken cancellationToken)
    {
        var received = new List<int>();
        try
        {
            await ReceiveAsync(predecessor, received, cancellationToken).ConfigureAwait(false);
            return received;
        }
        catch
        {
            received.ForEach(SocketCalls.Close);
            throw;
        }
    }

    private static async Task ReceiveAsync(Socket predecessor, List<int> received, CancellationToken cancellationToken)
    {
        int left = int.MaxValue;
        while (left > 0)
        {
            // Only waits for something to come; the call after it takes it, with the descriptors.
            _ = await predecessor.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, cancellationToken).ConfigureAwait(false);
            IoResult result = DescriptorPassing.Receive((int)predecessor.Handle, out int still, out int[] descriptors);
            received.AddRange(descriptors);

            // Each message must bring the end nearer.
            if (result.Failed || still < 0 || still >= left)
            {
                throw new IOException("it went away, or is no balancer");
            }

            left = still;
        }
    }

    /// <summary>Receives what a predecessor sends behind its sockets; nothing when it is of a version that sends nothing.</summary>
    /// <param name="predecessor">Its sockets have come.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The wait was ended.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReceiveMoreAsync(Socket predecessor, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(MoreLimit);
        try
        {
            byte[] header = new byte[HeaderSize];
            if (!await TryFillAsync(predecessor, header, limit.Token).ConfigureAwait(false) || BinaryPrimitives.ReadInt32LittleEndian(header) != MoreMark)
            {
                return default;
            }

            int length = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(sizeof(int)));
            byte[] more = new byte[length is >= 0 and <= MostMore ? length : 0];
            return await TryFillAsync(predecessor, more, limit.Token).ConfigureAwait(false) ? more : default;
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            // Nothing comes, or no more does: without it clients are placed anew.
            return default;
        }
    }

    /// <summary>Tells the predecessor that this process serves now.</summary>
    public static void Confirm(Socket predecessor)
    {
        try
        {
            predecessor.Send([Serving]);
        }
        catch (SocketException)
        {
            // It has ended meanwhile: nobody is left who had to know.
        }
    }

    private static async Task<bool> WaitForAnswerAsync(Socket successor, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(AnswerLimit);
        byte[] answer = new byte[1];
        try
        {
            return await successor.ReceiveAsync(answer, limit.Token).ConfigureAwait(false) == 1 && answer[0] == Serving;
        }
        catch (SocketException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private static async Task SendMoreAsync(Socket successor, ReadOnlyMemory<byte> more, CancellationToken cancellationToken)
    {
        byte[] header = new byte[HeaderSize];
        BinaryPrimitives.WriteInt32LittleEndian(header, MoreMark);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(sizeof(int)), more.Length);
        try
        {
            await successor.SendAsync(header, cancellationToken).ConfigureAwait(false);
            while (!more.IsEmpty)
            {
                more = more[await successor.SendAsync(more, cancellationToken).ConfigureAwait(false)..];
            }
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            // It serves already, or is gone: who waits for its answer knows which.
        }
    }

    private static async Task<bool> TryFillAsync(Socket predecessor, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (!buffer.IsEmpty)
        {
            int received = await predecessor.ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false);
            if (received == 0)
            {
                return false;
            }

            buffer = buffer[received..];
        }

        return true;
    }
}
