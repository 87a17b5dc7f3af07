// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Backends;
using LbEngine.Transport.Probes;

namespace LbEngine.Transport.Sockets.Probes;

/// <summary>Opens a connection, sends and expects what the check says, and resets it.</summary>
internal static class TcpProbe
{
    private const int MaxAnswer = 64 * 1024;

    /// <summary>Throws what sockets throw; the caller explains it.</summary>
    public static async Task<ProbeResult> RunAsync(HealthCheck check, IPEndPoint address, ProbeProgress progress, CancellationToken cancellationToken)
    {
        using Socket socket = await ConnectAsync(check, address, progress, cancellationToken).ConfigureAwait(false);

        // No TIME_WAIT, and no work for the backend.
        socket.LingerState = new LingerOption(true, 0);
        byte[] first = [.. check.Header.Write(socket.LocalEndPoint, address), .. check.Send];
        if (first.Length > 0)
        {
            await socket.SendAsync(first, cancellationToken).ConfigureAwait(false);
        }

        return check.Expect.Length == 0
            ? new ProbeResult(ProbeCause.Success, TimeSpan.Zero)
            : await ExpectAsync(socket, check.Expect, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Opens a connection; the caller owns it.</summary>
    public static async Task<Socket> ConnectAsync(HealthCheck check, IPEndPoint address, ProbeProgress progress, CancellationToken cancellationToken)
    {
        Socket socket = ProbeSocket.Open(SocketType.Stream, check, address);
        try
        {
            await socket.ConnectAsync(address, cancellationToken).ConfigureAwait(false);
            if (SelfMeeting.Is(socket, address))
            {
                socket.LingerState = new LingerOption(true, 0);
                throw new SocketException((int)SocketError.ConnectionRefused);
            }

            progress.IsConnected = true;
            progress.AtTimeout = ProbeCause.Slow;
            socket.NoDelay = true;
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<ProbeResult> ExpectAsync(Socket socket, byte[] expected, CancellationToken cancellationToken)
    {
        var buffer = new byte[Math.Max(4096, 2 * expected.Length)];
        int held = 0;
        int total = 0;
        while (total < MaxAnswer)
        {
            int end = Math.Min(buffer.Length, held + MaxAnswer - total);
            int received = await socket.ReceiveAsync(buffer.AsMemory(held..end), cancellationToken).ConfigureAwait(false);
            if (received == 0)
            {
                return new ProbeResult(total == 0 ? ProbeCause.ClosedAfterConnect : ProbeCause.WrongAnswer, TimeSpan.Zero);
            }

            held += received;
            total += received;
            if (buffer.AsSpan(0, held).IndexOf(expected) >= 0)
            {
                return new ProbeResult(ProbeCause.Success, TimeSpan.Zero);
            }

            // Only what may be the beginning of the expected text has to be kept.
            int kept = Math.Min(held, expected.Length - 1);
            buffer.AsSpan(held - kept, kept).CopyTo(buffer);
            held = kept;
        }

        return new ProbeResult(ProbeCause.WrongAnswer, TimeSpan.Zero, 0, $"not within the first {MaxAnswer} bytes");
    }
}
