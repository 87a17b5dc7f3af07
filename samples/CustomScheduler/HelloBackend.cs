// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace LbEngine.Samples.CustomScheduler;

/// <summary>A tiny HTTP server on a free loopback port that says its name: something to balance to. Yours is another program.</summary>
internal sealed class HelloBackend : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _serving;
    private volatile bool _isStopped;

    public HelloBackend(string name)
    {
        _listener.Start();
        Address = _listener.LocalEndpoint.ToString()!;
        string body = $"Hello from backend {name}\n";
        _serving = ServeAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}"));
    }

    /// <summary>Address and port, as a configuration takes it.</summary>
    public string Address { get; }

    public async ValueTask DisposeAsync()
    {
        _isStopped = true;
        _listener.Stop();
        await _serving;
    }

    private async Task ServeAsync(byte[] answer)
    {
        byte[] request = new byte[4096];
        while (!_isStopped)
        {
            try
            {
                using Socket client = await _listener.AcceptSocketAsync();
                _ = await client.ReceiveAsync(request);
                await client.SendAsync(answer);
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                // A client that went away, or the end of the sample: the loop's condition tells which.
            }
        }
    }
}
