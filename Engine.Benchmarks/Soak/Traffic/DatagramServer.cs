// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace LbEngine.Benchmarks.Soak.Traffic;

/// <summary>The backend of many flows: sends everything back, with its own number before it.</summary>
internal sealed class DatagramServer(int number)
{
    private const int ReceiveBuffer = 4 << 20;

    public void Run(IPEndPoint bind)
    {
        using var socket = new Socket(bind.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = ReceiveBuffer };
        socket.Bind(bind);
        var buffer = new byte[DatagramText.ReplyPrefix + DatagramText.Largest];
        BinaryPrimitives.WriteInt32BigEndian(buffer, number);
        var from = new SocketAddress(bind.AddressFamily);
        while (true)
        {
            try
            {
                int count = socket.ReceiveFrom(buffer.AsSpan(DatagramText.ReplyPrefix), SocketFlags.None, from);
                socket.SendTo(buffer.AsSpan(0, DatagramText.ReplyPrefix + count), SocketFlags.None, from);
            }
            catch (SocketException)
            {
                // Cut by the firewall, or the flow has gone: a datagram is lost, and its client knows.
            }
        }
    }
}
