// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;

namespace LbEngine.Tests.Harness.Datagrams;

/// <summary>A UDP backend whose every step is the test's. It can die and come back at the same port.</summary>
internal sealed class DatagramBackend : DatagramEnd
{
    private readonly HeldDatagramPort _port;
    private Socket _socket;

    public DatagramBackend(IPAddress? address = null, int port = 0)
        : base("datagram backend")
    {
        _port = new HeldDatagramPort(address, port);
        _socket = Open();
    }

    public IPEndPoint EndPoint => _port.EndPoint;

    protected override Socket Socket => _socket;

    /// <summary>Receives one datagram and sends it back; returns it.</summary>
    public async Task<ReceivedDatagram> EchoAsync(TimeSpan? limit = null)
    {
        ReceivedDatagram received = await ReceiveFromAsync(limit);
        await SendToAsync(received.Payload, received.From);
        return received;
    }

    /// <summary>From now on its host answers with ICMP port unreachable. What it had not read is gone.</summary>
    public void Kill() => _socket.Dispose();

    public void Restart() => _socket = Open();

    public override void Dispose()
    {
        base.Dispose();
        _port.Dispose();
    }

    private Socket Open()
    {
        Socket socket = HeldDatagramPort.Open(EndPoint);
        DatagramBuffers.Enlarge(socket);
        return socket;
    }
}
