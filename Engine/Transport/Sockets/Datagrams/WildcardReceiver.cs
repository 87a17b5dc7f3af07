// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;

namespace LbEngine.Transport.Sockets.Datagrams;

/// <summary>Takes datagrams from a socket that is bound to every address, with the address that the client used. Owner only.</summary>
/// <remarks>Costs a few objects per datagram, but sees only the first ones for each address: from then on a socket of its own takes them, see
/// <see cref="LocalSockets"/>.</remarks>
internal sealed class WildcardReceiver : ReceiveLoop<SocketReceiveMessageFromResult>
{
    private readonly FlowRelay _relay;
    private readonly LocalSockets _locals;
    private readonly EndPoint _anyone;

    public WildcardReceiver(DatagramListener listener, DatagramSocket socket, LocalSockets locals)
        : base(listener, socket)
    {
        _relay = listener.Relay;
        _locals = locals;
        _anyone = socket.Socket.LocalEndPoint!;
    }

    protected override ValueTask<SocketReceiveMessageFromResult> ReceiveAsync() => Socket.Socket.ReceiveMessageFromAsync(
        Buffer.AsMemory(HeaderRoom.Bytes),
        SocketFlags.None,
        _anyone,
        CancellationToken.None);

    protected override void OnReceived(SocketReceiveMessageFromResult result)
    {
        if ((result.SocketFlags & SocketFlags.Truncated) != 0)
        {
            _relay.OnTruncated();
            return;
        }

        Span<byte> withRoom = Buffer.AsSpan(0, HeaderRoom.Bytes + result.ReceivedBytes);
        _relay.OnRequest(_locals.Find(result.PacketInformation), withRoom, result.RemoteEndPoint.Serialize());
    }
}
