// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;

namespace LbEngine.Tests.Harness.Datagrams;

/// <summary>A client port. Connected, so that it hears replies from the balancer's very address and port only; or open, and then it sees who answers.</summary>
internal sealed class DatagramClient : DatagramEnd
{
    private readonly Socket _socket;

    private DatagramClient(Socket socket, int number)
        : base($"datagram client {number}")
    {
        _socket = socket;
        Number = number;
    }

    /// <summary>Number of its flow in what it sends.</summary>
    public int Number { get; }

    public IPEndPoint EndPoint => (IPEndPoint)_socket.LocalEndPoint!;

    protected override Socket Socket => _socket;

    public static DatagramClient Connect(IPEndPoint target, int number = 0, IPAddress? from = null)
    {
        DatagramClient client = Open(target.AddressFamily, number, from);
        client._socket.Connect(target);
        return client;
    }

    public static DatagramClient Open(AddressFamily family, int number = 0, IPAddress? from = null)
    {
        var socket = new Socket(family, SocketType.Dgram, ProtocolType.Udp);
        DatagramBuffers.Enlarge(socket);
        if (from is not null)
        {
            socket.Bind(new IPEndPoint(from, 0));
        }

        return new DatagramClient(socket, number);
    }

    public void AllowBroadcast() => _socket.EnableBroadcast = true;

    /// <summary>Sends to the balancer that it is connected to.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> payload)
    {
        int sent = await Waiting.ForAsync(token => _socket.SendAsync(payload, SocketFlags.None, token), $"datagram client {Number} to send");
        Assert.Equal(payload.Length, sent);
    }

    /// <summary>The same without the thread pool.</summary>
    public void Send(ReadOnlySpan<byte> payload) => Assert.Equal(payload.Length, _socket.Send(payload));

    public async Task<byte[]> ReceiveAsync(TimeSpan? limit = null) => (await ReceiveFromAsync(limit)).Payload;

    /// <summary>Sends a datagram of its flow and expects it back from a backend that echoes.</summary>
    public async Task EchoAsync(long sequence = 0, int length = 100, TimeSpan? limit = null)
    {
        byte[] payload = Datagram.Create(Number, sequence, length);
        await SendAsync(payload);
        Assert.Equal(payload, await ReceiveAsync(limit));
    }
}
