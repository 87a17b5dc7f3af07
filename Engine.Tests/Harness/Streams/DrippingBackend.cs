// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;

namespace LbEngine.Tests.Harness.Streams;

/// <summary>Reads something from each client and answers byte by byte, each in a segment of its own; then closes, or waits for the client to.</summary>
internal sealed class DrippingBackend : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly byte[] _answer;
    private readonly bool _closes;

    public DrippingBackend(byte[] answer, bool closes)
    {
        _answer = answer;
        _closes = closes;
        _listener.Start();
        _ = ServeAsync();
    }

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndpoint;

    public void Dispose() => _listener.Dispose();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                _ = AnswerAsync(await _listener.AcceptSocketAsync());
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(Socket client)
    {
        using Socket owned = client;
        owned.NoDelay = true;
        byte[] buffer = new byte[4096];
        try
        {
            _ = await owned.ReceiveAsync(buffer);
            for (int i = 0; i < _answer.Length; i++)
            {
                _ = await owned.SendAsync(_answer.AsMemory(i, 1));
            }

            if (_closes)
            {
                owned.Shutdown(SocketShutdown.Send);
            }

            while (await owned.ReceiveAsync(buffer) > 0)
            {
                // Whatever else it says is not answered.
            }
        }
        catch (SocketException)
        {
            // The client has heard enough.
        }
    }
}
