// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;

namespace LbEngine.Transport.Sockets.Datagrams;

/// <summary>Takes datagrams from a socket whose local address is known. Allocates nothing per datagram. Owner only.</summary>
internal sealed class DatagramReceiver : ReceiveLoop<int>
{
    private readonly FlowRelay _relay;
    private readonly SocketAddress _source;

    public DatagramReceiver(DatagramListener listener, DatagramSocket socket)
        : base(listener, socket)
    {
        _relay = listener.Relay;
        _source = new SocketAddress(socket.Socket.AddressFamily);
    }

    protected override ValueTask<int> ReceiveAsync() => Socket.Socket.ReceiveFromAsync(Buffer.AsMemory(HeaderRoom.Bytes), SocketFlags.None, _source);

    protected override void OnReceived(int result) => _relay.OnRequest(Socket, Buffer.AsSpan(0, HeaderRoom.Bytes + result), _source);
}
