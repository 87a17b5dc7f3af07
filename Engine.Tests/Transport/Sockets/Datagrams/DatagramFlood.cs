// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;

namespace LbEngine.Tests.Transport.Sockets.Datagrams;

/// <summary>Many clients that send without listening, of which old ones go and new ones come.</summary>
internal sealed class DatagramFlood : IDisposable
{
    private readonly IPEndPoint _target;
    private readonly Socket?[] _sockets = new Socket?[64];
    private readonly byte[] _datagram = new byte[64];
    private int _next;

    public DatagramFlood(IPEndPoint target) => _target = target;

    public void SendFew()
    {
        int index = _next++ % _sockets.Length;
        if (_next % 7 == 0)
        {
            _sockets[index]?.Dispose();
            _sockets[index] = null;
        }

        Socket socket = _sockets[index] ??= new Socket(_target.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        for (int i = 0; i < 4; i++)
        {
            // Not connected, so that nobody's refusal comes back as an error.
            socket.SendTo(_datagram, _target);
        }
    }

    public void Dispose()
    {
        foreach (Socket? socket in _sockets)
        {
            socket?.Dispose();
        }
    }
}
