// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;

namespace LbEngine.Benchmarks.Soak.Traffic;

/// <summary>A client with one UDP port: asks, waits for the answer, and asks again.</summary>
internal sealed class DatagramClient(ulong seed, long flow, SoakClock clock, Action<DatagramReport> report)
{
    private const int Most = 40;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    private readonly HashSet<int> _unanswered = [];
    private int _backend = -1;

    /// <summary>Questions asked.</summary>
    public int Sent { get; private set; }

    /// <summary>Bytes of answers that were right.</summary>
    public long Received { get; private set; }

    public async Task RunAsync(IPAddress source, IPEndPoint target, CancellationToken stop)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(source, 0));
        await socket.ConnectAsync(target, stop);
        var buffer = new byte[DatagramText.ReplyPrefix + DatagramText.Largest];
        int count = 1 + (int)new Mixer(Mixer.At(seed, flow)).Below(Most);
        for (int number = 0; number < count && !stop.IsCancellationRequested; number++)
        {
            await AskAsync(socket, number, buffer, stop);
        }
    }

    private async Task AskAsync(Socket socket, int number, byte[] buffer, CancellationToken stop)
    {
        double from = clock.Seconds;
        byte[] question = DatagramText.Write(seed, flow, number);
        int expected = question.Length == 0 ? -1 : number;
        _unanswered.Add(number);
        Sent++;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(Limit);
        try
        {
            await socket.SendAsync(question, SocketFlags.None, limit.Token);
            while (await ReceiveAsync(socket, buffer, from, limit.Token) != expected)
            {
                // A late answer to an earlier one.
            }
        }
        catch (SocketException exception)
        {
            report(new DatagramReport(flow, socket.LocalEndPoint!, _backend, from, clock.Seconds, IsLost: true, exception.SocketErrorCode.ToString()));
        }
        catch (OperationCanceledException)
        {
            stop.ThrowIfCancellationRequested();
            string detail = $"no answer to datagram {number} of {question.Length} bytes";
            report(new DatagramReport(flow, socket.LocalEndPoint!, _backend, from, clock.Seconds, IsLost: true, detail));
        }
    }

    // The number of the datagram that was answered; null when what came was wrong.
    private async Task<int?> ReceiveAsync(Socket socket, byte[] buffer, double from, CancellationToken stop)
    {
        int count = await socket.ReceiveAsync(buffer, SocketFlags.None, stop);
        int? number = count < DatagramText.ReplyPrefix ? null : DatagramText.ReadNumber(buffer.AsSpan(0, count), flow);
        string? wrong = number switch
        {
            null => $"a reply of {count} bytes that belongs to another flow",
            -1 => null,
            int known when !_unanswered.Remove(known) => $"a second reply to datagram {known}",
            int known => FindWrong(buffer.AsSpan()[DatagramText.ReplyPrefix..count], known),
        };
        if (wrong is not null)
        {
            report(new DatagramReport(flow, socket.LocalEndPoint!, _backend, from, clock.Seconds, IsLost: false, wrong));
            return number;
        }

        _backend = DatagramText.ReadBackend(buffer);
        Received += count;
        return number;
    }

    private string? FindWrong(ReadOnlySpan<byte> text, int number) =>
        text.SequenceEqual(DatagramText.Write(seed, flow, number)) ? null : $"a reply to datagram {number} that is not what was sent";
}
