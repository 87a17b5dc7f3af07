// SPDX-License-Identifier: MIT
using System.Net.Sockets;
using LbEngine.Transport.Linux.Interop;

namespace LbEngine.Transport.Linux;

/// <summary>Hands listening sockets from a process to its successor over a unix socket, so that no client meets a closed door.</summary>
/// <remarks>
/// The sockets themselves go over (SCM_RIGHTS), with the clients that wait in them: a second bind with SO_REUSEPORT would lose
/// those that come to the old socket while it is closed. Messages are a number (of descriptors still to come after this one) with
/// descriptors; the successor answers with one byte once it serves. Any thread; one hand-over at a time.
/// </remarks>
internal static class HandOver
{
    private const byte Serving = 1;

    // Whoever can open the socket could otherwise keep a predecessor waiting.
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(60);

    /// <summary>Sends the descriptors, which stay open here, and waits until the successor serves. False when it went away instead.</summary>
    public static async Task<bool> SendAsync(Socket successor, IReadOnlyList<int> descriptors, CancellationToken cancellationToken)
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
}
