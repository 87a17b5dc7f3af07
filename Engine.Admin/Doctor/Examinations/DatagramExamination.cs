// SPDX-License-Identifier: MIT
using System.Net.Sockets;
using LbEngine.Admin.Doctor.Findings;
using LbEngine.Transport.Probes;

namespace LbEngine.Admin.Doctor.Examinations;

/// <summary>Sends datagrams to a UDP backend and waits for an answer, or for ICMP. A second one is sent, because one may be lost.</summary>
internal static class DatagramExamination
{
    private const int MostSent = 2;

    public static async Task<DatagramFinding> RunAsync(DoctorTarget target, CancellationToken cancellationToken)
    {
        long start = TimeProvider.System.GetTimestamp();
        int sent = 0;
        try
        {
            using var socket = new Socket(target.EndPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            await socket.ConnectAsync(target.EndPoint, cancellationToken).ConfigureAwait(false);
            if (ConnectExamination.HasMetItself(socket, target.EndPoint))
            {
                throw new SocketException((int)SocketError.ConnectionRefused);
            }

            byte[] header = ProbeGreeting.Write(target.SendProxy, target.Header, socket.LocalEndPoint, target.EndPoint, isDatagram: true);
            byte[] datagram = [.. header, .. target.Send];
            byte[] buffer = new byte[ushort.MaxValue];
            DatagramFinding? found = null;
            for (int part = 0; part < MostSent; part++)
            {
                if (found is null)
                {
                    await socket.SendAsync(datagram, cancellationToken).ConfigureAwait(false);
                    sent++;
                }

                using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                deadline.CancelAfter(target.Timeout / MostSent);
                try
                {
                    // As the health check does: another datagram may come before the right one.
                    while (found is not { IsExpected: true })
                    {
                        int length = await socket.ReceiveAsync(buffer, deadline.Token).ConfigureAwait(false);
                        found = Judge(target, buffer.AsSpan(0, length), Finding(DatagramOutcome.Answered));
                    }

                    return found;
                }
                catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
                {
                    // Silence so far, or not what is expected.
                }
            }

            return found ?? Finding(DatagramOutcome.Silent);
        }
        catch (SocketException exception)
        {
            DatagramOutcome outcome = ConnectExamination.Classify(exception.SocketErrorCode) switch
            {
                // Windows reports ICMP port unreachable as a reset.
                ConnectOutcome.Refused or ConnectOutcome.Reset => DatagramOutcome.Refused,
                ConnectOutcome.Unreachable => DatagramOutcome.Unreachable,
                _ => DatagramOutcome.NotTried,
            };
            return Finding(outcome) with { Detail = exception.Message };
        }

        DatagramFinding Finding(DatagramOutcome outcome) => new(
            target.EndPoint,
            outcome,
            Math.Max(sent, 1),
            target.Send.Length,
            TimeProvider.System.GetElapsedTime(start),
            target.Timeout);
    }

    private static DatagramFinding Judge(DoctorTarget target, ReadOnlySpan<byte> answer, DatagramFinding finding) => finding with
    {
        Preview = Figures.Preview(answer),
        IsExpected = target.Expect is null || answer.IndexOf(target.Expect) >= 0,
    };
}
