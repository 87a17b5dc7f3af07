// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Configuration;
using LbEngine.Observability;
using LbEngine.Tests.Harness.Host;

namespace LbEngine.Tests.Transport.Sockets.Datagrams;

/// <summary>A balancer over the sockets transport with one UDP listener, its backends, and its clients.</summary>
internal sealed class DatagramStage : IAsyncDisposable
{
    private readonly List<DatagramEnd> _backends;
    private readonly List<DatagramEnd> _clients = [];

    private DatagramStage(List<DatagramEnd> backends, LoadBalancer balancer, EndedFlows ended)
    {
        _backends = backends;
        Balancer = balancer;
        Ended = ended;
    }

    public LoadBalancer Balancer { get; }

    public EndedFlows Ended { get; }

    public IReadOnlyList<DatagramEnd> Backends => _backends;

    public IPEndPoint EndPoint => Balancer.GetStatus().Listeners[0].EndPoint;

    public LoadBalancerStatus Status => Balancer.GetStatus();

    public static async Task<DatagramStage> StartAsync(
        int backends = 1,
        string bind = "127.0.0.1:0",
        Action<ListenerOptions>? listener = null,
        Action<LoadBalancerOptions>? options = null)
    {
        bool isIPv6 = bind.StartsWith('[');
        IPAddress own = isIPv6 ? IPAddress.IPv6Loopback : IPAddress.Loopback;
        List<DatagramEnd> ends = [.. Enumerable.Range(0, backends).Select(_ => DatagramEnd.Open(own, FreePort.Find(own).Port))];
        var ended = new EndedFlows();
        LoadBalancer balancer = new LoadBalancerBuilder()
            .Configure(all =>
            {
                all.Transport = TransportKind.Sockets;
                options?.Invoke(all);
            })
            .AddListener("in", bind, pool: "pool", settings =>
            {
                settings.Protocol = ListenerProtocol.Udp;
                listener?.Invoke(settings);
            })
            .AddPool("pool", pool =>
            {
                for (int i = 0; i < ends.Count; i++)
                {
                    pool.AddBackend($"b{i}", ends[i].EndPoint.ToString());
                }
            })
            .UseLoggerFactory(ended)
            .Build();
        await balancer.StartAsync();
        return new DatagramStage(ends, balancer, ended);
    }

    /// <summary>A new client, which sends to the balancer.</summary>
    public DatagramEnd AddClient(IPAddress? address = null)
    {
        DatagramEnd client = DatagramEnd.Open(address ?? (EndPoint.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Loopback : IPAddress.Loopback));
        client.Target = EndPoint;
        _clients.Add(client);
        return client;
    }

    /// <summary>Whichever backend is next to receive something.</summary>
    public async Task<(DatagramEnd Backend, Received Datagram)> ReceiveAnywhereAsync()
    {
        while (true)
        {
            foreach (DatagramEnd backend in _backends)
            {
                if (backend.TryReceive(out Received? datagram))
                {
                    return (backend, datagram);
                }
            }

            await Waiting.For("a datagram at any backend", Task.WhenAny(_backends.Select(backend => backend.WhenReceivedAsync())));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Waiting.For("the balancer to be disposed", Balancer.DisposeAsync().AsTask());
        _clients.ForEach(client => client.Dispose());
        _backends.ForEach(backend => backend.Dispose());
        Assert.Empty(Ended.Errors);
    }
}
