// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;

namespace LbEngine.Samples.DnsFront;

/// <summary>A DNS server on a free loopback port that answers every question with one IPv4 address, over UDP.</summary>
internal sealed class DemoDnsServer : IAsyncDisposable
{
    private const int HeaderLength = 12;

    private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly CancellationTokenSource _stopping = new();
    private readonly byte[] _answer;
    private readonly Task _answering;

    public DemoDnsServer(string answer)
    {
        // A pointer to the name in the question, type A, class IN, 60 s to live, the address.
        _answer = [0xC0, HeaderLength, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, .. IPAddress.Parse(answer).GetAddressBytes()];
        Address = _socket.Client.LocalEndPoint!.ToString()!;
        _answering = AnswerAsync();
    }

    /// <summary>Address and port, as a configuration takes it.</summary>
    public string Address { get; }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _answering;
        _socket.Dispose();
        _stopping.Dispose();
    }

    private async Task AnswerAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                UdpReceiveResult query = await _socket.ReceiveAsync(_stopping.Token);
                if (query.Buffer.Length > HeaderLength)
                {
                    await _socket.SendAsync(Answer(query.Buffer), query.RemoteEndPoint, _stopping.Token);
                }
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException)
            {
                // A client that is gone, or the end of the demo: the loop's condition tells which.
            }
        }
    }

    /// <summary>The query's id and question, one answer, and nothing of what else the query had.</summary>
    private byte[] Answer(byte[] query)
    {
        int nameLength = query.AsSpan(HeaderLength).IndexOf((byte)0) + 1;
        int questionEnd = Math.Min(query.Length, HeaderLength + nameLength + 4);
        byte[] header = [query[0], query[1], 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0];
        return [.. header, .. query.AsSpan(HeaderLength, questionEnd - HeaderLength), .. _answer];
    }
}
