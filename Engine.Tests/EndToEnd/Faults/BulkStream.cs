// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Tests.Harness.Streams;

namespace LbEngine.Tests.EndToEnd.Faults;

/// <summary>A client of an echoing backend that sends and receives as fast as it can until it is stopped.</summary>
internal sealed class BulkStream : IDisposable
{
    private readonly Peer _peer;
    private long _echoed;

    private BulkStream(Peer peer, CancellationToken stop)
    {
        _peer = peer;
        Completion = Task.WhenAll(SendAsync(stop), ReceiveAsync());
    }

    /// <summary>Completes after the stop, when the last byte is back and the end too.</summary>
    public Task Completion { get; }

    /// <summary>Bytes that came back, every one of them right.</summary>
    public long Echoed => Interlocked.Read(ref _echoed);

    public static BulkStream Start(IPEndPoint endPoint, CancellationToken stop)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(endPoint);
        return new BulkStream(new Peer(socket, "a bulk stream", 1, 1), stop);
    }

    public void Dispose() => _peer.Dispose();

    private async Task SendAsync(CancellationToken stop)
    {
        await Task.Yield();
        while (!stop.IsCancellationRequested)
        {
            await _peer.SendAsync(256 * 1024);
        }

        _peer.HalfClose();
    }

    private async Task ReceiveAsync()
    {
        while (await _peer.ReceiveUpToAsync(256 * 1024) is long received && received > 0)
        {
            Interlocked.Add(ref _echoed, received);
        }

        Assert.Equal(new Observation(_peer.Sent, null, PeerEnd.Fin), _peer.Seen);
    }
}
