// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;

namespace LbEngine.Samples.Leasing;

/// <summary>A backend to lease: answers a line with a line. Yours is another program.</summary>
internal sealed class LineBackend : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly string _name;

    public LineBackend(string name)
    {
        _name = name;
        _listener.Start();
        _ = AcceptAsync();
    }

    public string Address => _listener.LocalEndpoint.ToString()!;

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                using TcpClient client = await _listener.AcceptTcpClientAsync();
                using var reader = new StreamReader(client.GetStream());
                await using var writer = new StreamWriter(client.GetStream());
                await writer.WriteLineAsync($"{_name} has read '{await reader.ReadLineAsync()}'");
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }
}
