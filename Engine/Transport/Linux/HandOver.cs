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

    /// <summary>Connects to a predecessor; null when none waits there.</summary>
    /// <exception cref="IOException">The path cannot be used.</exception>
    public static Socket? TryConnect(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return socket;
        }
        catch (SocketException exception)
        {
            socket.Dispose();

            // Connecting to a file that is not there is told in several ways by different systems.
            return exception.SocketErrorCode is SocketError.ConnectionRefused or SocketError.AddressNotAvailable || !File.Exists(path)
                ? null
                : throw new IOException($"The predecessor at {path} cannot be reached: {exception.Message}", exception);
        }
    }

    /// <summary>Receives the predecessor's listening sockets, which belong to the caller. Blocks as long as it takes to send them.</summary>
    /// <exception cref="IOException">The predecessor went away, or is something else.</exception>
    public static IReadOnlyList<int> Receive(Socket predecessor)
    {
        var received = new List<int>();
        int left = int.MaxValue;
        while (left > 0)
        {
            IoResult result = DescriptorPassing.Receive((int)predecessor.Handle, out int still, out int[] descriptors);
            received.AddRange(descriptors);

            // Each message must bring the end nearer.
            if (result.Failed || still < 0 || still >= left)
            {
                received.ForEach(SocketCalls.Close);
                throw new IOException("The predecessor did not hand over its listening sockets.");
            }

            left = still;
        }

        return received;
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
