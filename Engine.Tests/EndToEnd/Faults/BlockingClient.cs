// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace LbEngine.Tests.EndToEnd.Faults;

/// <summary>A client of an echoing backend that needs no thread of the pool.</summary>
internal sealed class BlockingClient : IDisposable
{
    private readonly Socket _socket;

    public BlockingClient(IPEndPoint endPoint)
    {
        _socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            ReceiveTimeout = 10_000,
            SendTimeout = 10_000,
        };
        _socket.Connect(endPoint);
    }

    /// <summary>Sends one byte and waits for it, so many times; returns how long each took. A wait of 10 s fails.</summary>
    public TimeSpan[] PingPong(int count)
    {
        var times = new TimeSpan[count];
        Span<byte> one = stackalloc byte[1];
        for (int i = 0; i < count; i++)
        {
            long start = Stopwatch.GetTimestamp();
            one[0] = (byte)i;
            _socket.Send(one);
            Assert.Equal(1, _socket.Receive(one));
            Assert.Equal((byte)i, one[0]);
            times[i] = Stopwatch.GetElapsedTime(start);
        }

        return times;
    }

    public void Dispose() => _socket.Dispose();
}
