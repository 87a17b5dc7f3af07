// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;

namespace LbEngine.Tests.ConsoleHost.Control;

/// <summary>A backend that sends everything back and ends when the client does.</summary>
internal sealed class EchoBackend : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public EchoBackend()
    {
        _listener.Start(1024);
        _ = AcceptAsync();
    }

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndpoint;

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = EchoAsync(await _listener.AcceptSocketAsync());
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private static async Task EchoAsync(Socket socket)
    {
        using Socket client = socket;
        client.NoDelay = true;
        byte[] buffer = new byte[4096];
        try
        {
            int count;
            while ((count = await client.ReceiveAsync(buffer)) > 0)
            {
                await client.SendAsync(buffer.AsMemory(0, count));
            }

            client.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // The test closes connections as it likes.
        }
    }
}
