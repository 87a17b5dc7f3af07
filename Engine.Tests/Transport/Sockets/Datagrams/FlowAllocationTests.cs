// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Configuration;

namespace LbEngine.Tests.Transport.Sockets.Datagrams;

/// <summary>Measures the whole process, so nothing may run beside it; its own client and backend allocate nothing.</summary>
[Collection("Soak")]
public sealed class FlowAllocationTests : IDisposable
{
    private const int Flows = 8;
    private const int Rounds = 200;
    private const int LimitMilliseconds = 10_000;

    private readonly Socket _backend = Open();
    private readonly Socket[] _clients = [.. Enumerable.Range(0, Flows).Select(_ => Open())];
    private readonly SocketAddress _source = new(AddressFamily.InterNetwork);
    private readonly byte[] _buffer = new byte[2000];

    [Theory]
    [InlineData("127.0.0.1:0")]
    [InlineData("0.0.0.0:0")]
    public async Task Datagrams_OfFlowsThatLive_AllocateNothing(string bind)
    {
        await using LoadBalancer balancer = new LoadBalancerBuilder()
            .Configure(options => options.Transport = TransportKind.Sockets)
            .AddListener("in", bind, pool: "pool", listener => listener.Protocol = ListenerProtocol.Udp)
            .AddPool("pool", pool => pool.AddBackend("a", _backend.LocalEndPoint!.ToString()!))
            .Build();
        await balancer.StartAsync();
        int port = balancer.GetStatus().Listeners[0].EndPoint.Port;
        Array.ForEach(_clients, client => client.Connect(new IPEndPoint(IPAddress.Loopback, port)));

        // The least of a few rounds: the runtime may allocate on any thread while it compiles a better version of what runs.
        long least = long.MaxValue;
        for (int i = 0; i < 10; i++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            Exchange();
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        Assert.Equal(0, least);
    }

    public void Dispose()
    {
        Array.ForEach(_clients, client => client.Dispose());
        _backend.Dispose();
    }

    private static Socket Open()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = LimitMilliseconds };
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    /// <summary>Every flow carries one datagram each way, many times over; a lost one would fail the receive after its limit.</summary>
    private void Exchange()
    {
        for (int round = 0; round < Rounds; round++)
        {
            foreach (Socket client in _clients)
            {
                client.Send(_buffer.AsSpan(0, 1000), SocketFlags.None);
            }

            for (int i = 0; i < Flows; i++)
            {
                int length = _backend.ReceiveFrom(_buffer, SocketFlags.None, _source);
                _backend.SendTo(_buffer.AsSpan(0, length), SocketFlags.None, _source);
            }

            foreach (Socket client in _clients)
            {
                client.Receive(_buffer, SocketFlags.None);
            }
        }
    }
}
