// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;

namespace LbEngine.Tests.Harness.Streams;

/// <summary>A backend whose every step is the test's. Accepts only when asked to.</summary>
internal sealed class ScriptedBackend : IDisposable
{
    private readonly Socket _listener;
    private readonly List<Socket> _fillers = [];

    public ScriptedBackend(IPAddress? address = null, int backlog = 512, int port = 0)
        : this(Bind(address ?? IPAddress.Loopback, port), backlog)
    {
    }

    /// <summary>Takes over a bound socket.</summary>
    public ScriptedBackend(Socket bound, int backlog = 512)
    {
        _listener = bound;
        _listener.Listen(backlog);
        EndPoint = (IPEndPoint)_listener.LocalEndPoint!;
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>Whether somebody waits to be accepted.</summary>
    public bool HasPending => _listener.Poll(0, SelectMode.SelectRead);

    /// <summary>
    /// Fills a backlog of 0, so that the next connect is answered only after <see cref="ReleaseBacklogAsync"/> (and the kernel's next SYN, a second
    /// after its first).
    /// </summary>
    public async Task FillBacklogAsync()
    {
        var filler = new Socket(EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _fillers.Add(filler);
        await Waiting.ForAsync(
            async token =>
            {
                await filler.ConnectAsync(EndPoint, token);
                return true;
            },
            "the filler of a backlog to connect");
        await Waiting.UntilAsync(() => HasPending, "the filler lies in the backlog");
    }

    /// <summary>Accepts and drops what <see cref="FillBacklogAsync"/> put there.</summary>
    public async Task ReleaseBacklogAsync()
    {
        foreach (Socket filler in _fillers)
        {
            using Socket accepted = await AcceptSocketAsync(0, null);
            filler.Dispose();
        }

        _fillers.Clear();
    }

    /// <summary>Accepts the other end of client <paramref name="pair"/>.</summary>
    public async Task<Peer> AcceptAsync(int pair = 0, TimeSpan? limit = null) =>
        new(await AcceptSocketAsync(pair, limit), $"backend {pair}", (2 * pair) + 2, (2 * pair) + 1);

    public void Dispose()
    {
        foreach (Socket filler in _fillers)
        {
            filler.Dispose();
        }

        _listener.Dispose();
    }

    private static Socket Bind(IPAddress address, int port)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(address, port));
        return socket;
    }

    private Task<Socket> AcceptSocketAsync(int pair, TimeSpan? limit) =>
        Waiting.ForAsync(token => _listener.AcceptAsync(token), $"the backend at {EndPoint} to accept connection {pair}", limit);
}
