// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace LbEngine.ConsoleHost.Demo;

/// <summary>A small UDP server on a free loopback port that sends every datagram back with its name before it: enough to see where a flow went.</summary>
internal sealed class DemoEcho : IAsyncDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly CancellationTokenSource _stopping = new();
    private readonly byte[] _name;
    private readonly Task _echoing;
    private int _disposed;

    public DemoEcho(string name)
    {
        _name = Encoding.ASCII.GetBytes($"{name}: ");
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Address = _socket.LocalEndPoint?.ToString() ?? "";
        _echoing = EchoAsync();
    }

    /// <summary>Address and port, as a configuration takes it.</summary>
    public string Address { get; }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _stopping.CancelAsync();
        await _echoing;
        _socket.Dispose();
        _stopping.Dispose();
    }

    private async Task EchoAsync()
    {
        byte[] buffer = new byte[_name.Length + ushort.MaxValue];
        _name.CopyTo(buffer, 0);
        var anyone = new IPEndPoint(IPAddress.Any, 0);
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                SocketReceiveFromResult received = await _socket.ReceiveFromAsync(buffer.AsMemory(_name.Length), anyone, _stopping.Token);
                await _socket.SendToAsync(buffer.AsMemory(0, _name.Length + received.ReceivedBytes), received.RemoteEndPoint, _stopping.Token);
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException)
            {
                // A client that is gone, a datagram that its name made too long, or the end of the demo: the loop's condition tells which.
            }
        }
    }
}
