// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;

namespace LbEngine.Tests.Harness.Datagrams;

/// <summary>What clients and backends of UDP tests have in common: send, and receive with a limit.</summary>
internal abstract class DatagramEnd(string name) : IDisposable
{
    private readonly byte[] _buffer = new byte[DatagramBuffers.Longest];

    /// <summary>Whether a datagram waits, of whatever length.</summary>
    public bool HasPending => Socket.Poll(0, SelectMode.SelectRead);

    protected abstract Socket Socket { get; }

    public async Task SendToAsync(ReadOnlyMemory<byte> payload, IPEndPoint target)
    {
        int sent = await Waiting.ForAsync(token => Socket.SendToAsync(payload, SocketFlags.None, target, token), $"{name} to send to {target}");
        Assert.Equal(payload.Length, sent);
    }

    public async Task<ReceivedDatagram> ReceiveFromAsync(TimeSpan? limit = null)
    {
        SocketReceiveFromResult result = await Waiting.ForAsync(
            token => Socket.ReceiveFromAsync(_buffer, SocketFlags.None, new IPEndPoint(Any, 0), token),
            $"{name} to receive a datagram",
            limit);
        return new ReceivedDatagram(_buffer[..result.ReceivedBytes], (IPEndPoint)result.RemoteEndPoint);
    }

    /// <summary>That nothing comes can only be watched for a while.</summary>
    public async Task EnsureSilenceAsync(int milliseconds = 150)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        for (int waited = 0; waited < milliseconds; waited += 10)
        {
            await timer.WaitForNextTickAsync();
            Assert.False(HasPending, $"{name} received a datagram that it should not get.");
        }
    }

    public virtual void Dispose() => Socket.Dispose();

    private IPAddress Any => Socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any;
}
