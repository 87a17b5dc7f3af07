// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;

namespace LbEngine.Tests.Harness.Streams;

/// <summary>A TCP backend that sends back what it gets, and its end after the client's.</summary>
internal sealed class StreamEcho : IDisposable
{
    private readonly Socket _listener;
    private int _accepted;
    private int _live;

    /// <param name="address">Where to listen; loopback unless said otherwise.</param>
    /// <param name="port">The port; any free one unless said otherwise.</param>
    public StreamEcho(IPAddress? address = null, int port = 0)
    {
        IPAddress own = address ?? IPAddress.Loopback;
        _listener = new Socket(own.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _listener.Bind(new IPEndPoint(own, port));
        _listener.Listen(1024);
        EndPoint = (IPEndPoint)_listener.LocalEndPoint!;
        _ = AcceptAsync();
    }

    public IPEndPoint EndPoint { get; }

    public int Accepted => Volatile.Read(ref _accepted);

    public int Live => Volatile.Read(ref _live);

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptAsync();
                Interlocked.Increment(ref _accepted);
                Interlocked.Increment(ref _live);
                _ = EchoAsync(socket);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task EchoAsync(Socket socket)
    {
        using Socket owned = socket;
        var buffer = new byte[4096];
        try
        {
            while (await socket.ReceiveAsync(buffer) is > 0 and int n)
            {
                for (int sent = 0; sent < n;)
                {
                    sent += await socket.SendAsync(buffer.AsMemory(sent, n - sent));
                }
            }

            socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // The other end is gone; the test looks at that end.
        }
        finally
        {
            Interlocked.Decrement(ref _live);
        }
    }
}
