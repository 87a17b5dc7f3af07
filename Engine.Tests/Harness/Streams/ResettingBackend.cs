// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;

namespace LbEngine.Tests.Harness.Streams;

/// <summary>A backend that accepts and resets at once, before any reply.</summary>
internal sealed class ResettingBackend : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private int _accepted;

    public ResettingBackend()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(512);
        EndPoint = (IPEndPoint)_listener.LocalEndPoint!;
        _ = AcceptAsync();
    }

    public IPEndPoint EndPoint { get; }

    public int Accepted => Volatile.Read(ref _accepted);

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                using Socket socket = await _listener.AcceptAsync();
                socket.LingerState = new LingerOption(true, 0);
                Interlocked.Increment(ref _accepted);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
