// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Backends;
using LbEngine.Transport.Probes;

namespace LbEngine.Transport.Sockets.Probes;

/// <summary>Sends one datagram and waits for the expected reply, or for nothing but an ICMP error.</summary>
internal static class DatagramProbe
{
    private const int MaxDatagram = 65_535;

    /// <summary>Throws what sockets throw; the caller explains it.</summary>
    public static async Task<ProbeResult> RunAsync(HealthCheck check, IPEndPoint address, ProbeProgress progress, CancellationToken cancellationToken)
    {
        // Without an expected reply silence is no failure: many services answer nothing that they do not know.
        progress.AtTimeout = check.Expect.Length == 0 ? ProbeCause.Success : ProbeCause.NoAnswer;
        using Socket socket = ProbeSocket.Open(SocketType.Dgram, check, address);
        await socket.ConnectAsync(address, cancellationToken).ConfigureAwait(false);
        if (SelfMeeting.Is(socket, address))
        {
            throw new SocketException((int)SocketError.ConnectionRefused);
        }

        byte[] datagram = [.. check.Header.Write(socket.LocalEndPoint, address), .. check.Send];
        await socket.SendAsync(datagram, cancellationToken).ConfigureAwait(false);
        var buffer = new byte[check.Expect.Length == 0 ? 1 : MaxDatagram];
        while (true)
        {
            int received = await ReceiveAsync(socket, buffer, cancellationToken).ConfigureAwait(false);
            if (check.Expect.Length == 0 || buffer.AsSpan(0, received).IndexOf(check.Expect) >= 0)
            {
                return new ProbeResult(ProbeCause.Success, TimeSpan.Zero);
            }

            progress.AtTimeout = ProbeCause.WrongAnswer;
        }
    }

    private static async ValueTask<int> ReceiveAsync(Socket socket, byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await socket.ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.MessageSize)
        {
            return buffer.Length;
        }
    }
}
