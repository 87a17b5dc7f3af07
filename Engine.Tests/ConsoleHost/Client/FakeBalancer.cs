// SPDX-License-Identifier: MIT
using System.Net.Sockets;
using System.Text;
using LbEngine.Files;
using LbEngine.Tests.Harness.Host;

namespace LbEngine.Tests.ConsoleHost.Client;

/// <summary>Something that listens where a balancer should, and answers every request with the same bytes.</summary>
internal sealed class FakeBalancer : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly CancellationTokenSource _end = new();
    private readonly SocketFile _place;
    private readonly Func<NetworkStream, CancellationToken, Task> _answerAsync;
    private readonly Task _serving;

    /// <param name="answerAsync">Answers one request; the connection is closed after it.</param>
    public FakeBalancer(Func<NetworkStream, CancellationToken, Task> answerAsync)
    {
        _answerAsync = answerAsync;
        _place = SocketFile.Bind(Path.Combine(_directory.Path, "lb.sock"));
        _place.Socket.Listen();
        _serving = ServeAsync();
    }

    public string Address => $"unix:{_place.Path}";

    /// <summary>A whole answer with a body.</summary>
    public static string Http(string body, string status = "200 OK") =>
        $"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n{body}";

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _place.Dispose();
        await _serving;
        _end.Dispose();
        _directory.Dispose();
    }

    private async Task ServeAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                using var stream = new NetworkStream(await _place.Socket.AcceptAsync(_end.Token), ownsSocket: true);
                await ReadRequestAsync(stream);
                await _answerAsync(stream, _end.Token);
            }
            catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // The client has heard enough, or the test is over.
            }
        }
    }

    private async Task ReadRequestAsync(NetworkStream stream)
    {
        var text = new StringBuilder();
        byte[] buffer = new byte[4096];
        int body = 0;
        int end = -1;
        while (end < 0 || text.Length < end + 4 + body)
        {
            int count = await stream.ReadAsync(buffer, _end.Token);
            if (count == 0)
            {
                return;
            }

            text.Append(Encoding.Latin1.GetString(buffer, 0, count));
            string all = text.ToString();
            end = all.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            int length = all.IndexOf("Content-Length: ", StringComparison.OrdinalIgnoreCase);
            body = length < 0 ? 0 : int.Parse(all[(length + 16)..].Split('\r')[0], System.Globalization.CultureInfo.InvariantCulture);
        }
    }
}
