// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;

namespace LbEngine.Tests.Harness.Datagrams;

/// <summary>A UDP backend that sends back what it gets, on a thread of its own, and counts who sent it. It can die and come back at the same port.</summary>
internal sealed class DatagramEcho : IDisposable
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(20);

    private readonly HeldDatagramPort _port;
    private readonly Dictionary<IPEndPoint, int> _received = [];
    private readonly Func<int, bool> _answers;
    private Thread? _thread;
    private volatile bool _stop;

    /// <param name="address">Where to listen; loopback unless said otherwise.</param>
    /// <param name="port">0 takes a free one.</param>
    /// <param name="answers">Whether it answers a flow, by the number in its datagrams; it answers all unless said otherwise.</param>
    public DatagramEcho(IPAddress? address = null, int port = 0, Func<int, bool>? answers = null)
    {
        _answers = answers ?? (_ => true);
        _port = new HeldDatagramPort(address, port);
        Restart();
    }

    public IPEndPoint EndPoint => _port.EndPoint;

    /// <summary>Datagrams by the address that they came from: the balancer's end of a flow.</summary>
    public Dictionary<IPEndPoint, int> Received
    {
        get
        {
            lock (_received)
            {
                return new Dictionary<IPEndPoint, int>(_received);
            }
        }
    }

    public void Kill()
    {
        _stop = true;
        _thread?.Join();
        _thread = null;
    }

    public void Restart()
    {
        Socket socket = HeldDatagramPort.Open(EndPoint);
        DatagramBuffers.Enlarge(socket);
        _stop = false;
        _thread = new Thread(() => Run(socket)) { IsBackground = true, Name = "datagram echo" };
        _thread.Start();
    }

    public void Dispose()
    {
        Kill();
        _port.Dispose();
    }

    private void Run(Socket owned)
    {
        using Socket socket = owned;
        var buffer = new byte[DatagramBuffers.Longest];
        var from = new SocketAddress(socket.AddressFamily);
        var template = new IPEndPoint(socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        while (!_stop)
        {
            if (!socket.Poll(LookInterval, SelectMode.SelectRead))
            {
                continue;
            }

            int length = socket.ReceiveFrom(buffer, SocketFlags.None, from);
            var sender = (IPEndPoint)template.Create(from);
            lock (_received)
            {
                _received[sender] = _received.GetValueOrDefault(sender) + 1;
            }

            Datagram.TryRead(buffer.AsSpan(0, length), out int flow, out _);
            if (!_answers(flow))
            {
                continue;
            }

            socket.SendTo(buffer.AsSpan(0, length), SocketFlags.None, from);
        }
    }
}
