// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Configuration;
using LbEngine.Tests.Inspection.ProxyProtocol;
using LbEngine.Tests.Transport.Linux;

namespace LbEngine.Tests.EndToEnd.Datagrams;

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
    [InlineData(TransportKind.Auto, "127.0.0.1:0")]
    [InlineData(TransportKind.Auto, "0.0.0.0:0")]
    [InlineData(TransportKind.Sockets, "127.0.0.1:0")]
    [InlineData(TransportKind.Sockets, "0.0.0.0:0")]
    public async Task Datagrams_OfFlowsThatLive_AllocateNothing(TransportKind transport, string bind)
    {
        await using LoadBalancer balancer = await StartAsync(transport, bind, responses: null);

        Assert.Equal(0, MeasurePerDatagram());
    }

    [LinuxFact]
    public async Task Datagrams_OfAFlowEach_AllocateNothingOnLinux()
    {
        await using LoadBalancer balancer = await StartAsync(TransportKind.Linux, "127.0.0.1:0", responses: 1);

        Assert.Equal(0, MeasurePerDatagram());
        Assert.True(balancer.GetStatus().Listeners[0].AcceptedConnections >= Flows * Rounds, "The flows did not end with their reply.");
    }

    /// <summary>What comes in with a header goes on with the same one, so that the backend sees what the client has sent.</summary>
    [Theory]
    [InlineData(TransportKind.Auto, "127.0.0.1:0", null)]
    [InlineData(TransportKind.Auto, "0.0.0.0:0", null)]
    [InlineData(TransportKind.Auto, "127.0.0.1:0", 1)]
    [InlineData(TransportKind.Sockets, "127.0.0.1:0", null)]
    public async Task Datagrams_WithHeadersInAndOut_AllocateNothing(TransportKind transport, string bind, int? responses)
    {
        byte[] header = Headers.Binary(0x21, 0x12, Headers.Addresses(Headers.Source, Headers.Destination));
        header.CopyTo(_buffer, 0);
        await using LoadBalancer balancer = await StartAsync(transport, bind, responses, hasHeaders: true);

        Assert.Equal(0, MeasurePerDatagram());
        Assert.Equal(header, _buffer[..header.Length]);
        Assert.Equal(0, balancer.GetStatus().Listeners[0].Datagrams!.BytesToBackends % (1000 - header.Length));
    }

    public void Dispose()
    {
        Array.ForEach(_clients, client => client.Dispose());
        _backend.Dispose();
    }

    private async Task<LoadBalancer> StartAsync(TransportKind transport, string bind, int? responses, bool hasHeaders = false)
    {
        LoadBalancer balancer = new LoadBalancerBuilder()
            .Configure(options => options.Transport = transport)
            .AddUdpListener("in", bind, pool: "pool", listener =>
            {
                listener.Responses = responses;
                listener.AcceptProxy = hasHeaders ? new AcceptProxyOptions { Trusted = { "127.0.0.1" } } : null;
            })
            .AddPool("pool", pool =>
            {
                pool.AddBackend("a", _backend.LocalEndPoint!.ToString()!);
                pool.SendProxy = hasHeaders ? ProxyVersion.V2 : ProxyVersion.Off;
            })
            .Build();
        await balancer.StartAsync();
        int port = balancer.GetStatus().Listeners[0].EndPoint.Port;
        Array.ForEach(_clients, client => client.Connect(new IPEndPoint(IPAddress.Loopback, port)));
        return balancer;
    }

    /// <summary>
    /// Bytes per datagram in the least of a few rounds: the runtime may allocate on any thread while it compiles a better version of what runs.
    /// </summary>
    private long MeasurePerDatagram()
    {
        long least = long.MaxValue;
        for (int i = 0; i < 10; i++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            Exchange();
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        // On a busy machine the runtime's own thread pool adds a thread now and then, in every round: some bytes, but none per datagram.
        return least / (2 * Flows * Rounds);
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
