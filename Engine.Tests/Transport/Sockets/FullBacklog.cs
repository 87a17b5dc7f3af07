// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;

namespace LbEngine.Tests.Transport.Sockets;

/// <summary>A listening socket that accepts nobody and whose backlog is full, so that a connect to it gets no answer.</summary>
internal sealed class FullBacklog : IDisposable
{
    private readonly Socket _listener;
    private readonly List<Socket> _clients = [];

    private FullBacklog(Socket listener) => _listener = listener;

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndPoint!;

    public static async Task<FullBacklog> CreateAsync()
    {
        var full = new FullBacklog(RelayedPair.Listen(backlog: 1));
        for (int i = 0; i < 16; i++)
        {
            var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            full._clients.Add(client);
            Task connecting = client.ConnectAsync(full.EndPoint);
            try
            {
                // On loopback an answer takes microseconds: none in this time means that there will be none.
                await connecting.WaitAsync(TimeSpan.FromMilliseconds(200));
            }
            catch (TimeoutException)
            {
                return full;
            }
        }

        throw new InvalidOperationException("The backlog never filled.");
    }

    public void Dispose()
    {
        _clients.ForEach(client => client.Dispose());
        _listener.Dispose();
    }
}
