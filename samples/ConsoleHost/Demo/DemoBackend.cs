// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace LbEngine.ConsoleHost.Demo;

/// <summary>A small HTTP/1.1 server on a free loopback port that says its name and closes: enough to see where a connection went.</summary>
internal sealed class DemoBackend : IAsyncDisposable
{
    private const int LongestRequest = 16 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _accepting;
    private readonly byte[] _response;
    private int _requests;
    private int _disposed;

    public DemoBackend(string name)
    {
        string body = $"Hello from backend {name}\n";
        _response = Encoding.ASCII.GetBytes(
            $"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}");
        _listener.Start();
        Address = _listener.LocalEndpoint.ToString() ?? "";
        _accepting = AcceptAsync();
    }

    /// <summary>Address and port, as a configuration takes it.</summary>
    public string Address { get; }

    /// <summary>Requests answered so far.</summary>
    public int Requests => Volatile.Read(ref _requests);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _stopping.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                _ = ServeAsync(await _listener.AcceptSocketAsync(_stopping.Token));
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // A client that went away before it was accepted, or the end of the demo: the loop's condition tells which.
            }
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using Socket socket = client;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        deadline.CancelAfter(Patience);
        try
        {
            byte[] buffer = new byte[LongestRequest];
            if (!await ReadRequestAsync(socket, buffer, deadline.Token))
            {
                return;
            }

            await socket.SendAsync(_response, deadline.Token);
            Interlocked.Increment(ref _requests);
            socket.Shutdown(SocketShutdown.Send);

            // A close with unread input would send a reset and could take the response with it.
            while (await socket.ReceiveAsync(buffer, deadline.Token) > 0)
            {
            }
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            // The client went away or took too long.
        }
    }

    /// <summary>Reads up to the blank line that ends the head; false when the client ended or sent too much before it.</summary>
    private static async Task<bool> ReadRequestAsync(Socket socket, byte[] buffer, CancellationToken cancellationToken)
    {
        int length = 0;
        while (length < buffer.Length)
        {
            int count = await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken);
            length += count;
            if (count == 0 || buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8) >= 0)
            {
                return count > 0;
            }
        }

        return false;
    }
}
