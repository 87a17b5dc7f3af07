// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Observability;
using LbEngine.Testing;
using LbEngine.Tests.Harness;

namespace LbEngine.Tests.Transport.Memory;

/// <summary>
/// One balancer of datagrams in memory: listener "dns" at 192.0.2.1:53, pool "site" with backends b0, b1, ... at 10.0.0.1:53, 10.0.0.2:53, ...
/// </summary>
/// <remarks>Backends answer with their own index and what came. When the stage is disposed it checks that the engine has given everything back.</remarks>
internal sealed class DatagramStage : IAsyncDisposable
{
    public const string Listener = "192.0.2.1:53";

    private DatagramStage(MemoryNetwork network, ManualTimeProvider time, LoadBalancer balancer, RecordingLoggerFactory log, MemoryDatagramBackend[] backends)
    {
        Network = network;
        Time = time;
        Balancer = balancer;
        Log = log;
        Backends = backends;
    }

    public MemoryNetwork Network { get; }

    public ManualTimeProvider Time { get; }

    public LoadBalancer Balancer { get; }

    public RecordingLoggerFactory Log { get; }

    public IReadOnlyList<MemoryDatagramBackend> Backends { get; }

    public LoadBalancerStatus Status => Balancer.GetStatus();

    public BackendPool Pool => MemoryStage.PartsOf(Balancer).Model.Pools[0];

    public static async Task<DatagramStage> StartAsync(
        int backends = 1,
        Action<ListenerOptions>? listener = null,
        Action<BackendPoolOptions>? pool = null,
        Action<LoadBalancerBuilder>? builder = null,
        int maxConnections = 1024)
    {
        var time = new ManualTimeProvider();
        var network = new MemoryNetwork(time);
        var log = new RecordingLoggerFactory();
        MemoryDatagramBackend[] scripted = [.. Enumerable.Range(0, backends).Select(index => AddBackend(network, index))];
        LoadBalancerBuilder under = new LoadBalancerBuilder()
            .UseMemoryNetwork(network)
            .UseLoggerFactory(log)
            .Configure(all => all.MaxConnections = maxConnections)
            .AddListener("dns", Listener, "site", dns =>
            {
                dns.Protocol = ListenerProtocol.Udp;
                listener?.Invoke(dns);
            })
            .AddPool("site", site =>
            {
                for (int i = 0; i < scripted.Length; i++)
                {
                    site.AddBackend($"b{i}", scripted[i].EndPoint.ToString());
                }

                pool?.Invoke(site);
            });
        builder?.Invoke(under);
        var stage = new DatagramStage(network, time, under.Build(), log, scripted);
        await stage.Balancer.StartAsync();
        return stage;
    }

    /// <summary>A client; every one without a port gets a port of its own.</summary>
    public MemoryDatagramClient Client(string from = "198.51.100.7", string to = Listener) => Network.AddDatagramClient(from, to);

    /// <summary>A client that has sent one datagram.</summary>
    public MemoryDatagramClient Ask(string text, string from = "198.51.100.7")
    {
        MemoryDatagramClient client = Client(from);
        client.Send(text);
        return client;
    }

    /// <summary>Index of the backend that has answered last.</summary>
    public static int BackendOf(MemoryDatagramClient client) => client.ReceivedTexts[^1][0] - '0';

    public long Closed(CloseReason reason) => Status.Closed.GetValueOrDefault(reason);

    public long Rejected(RejectReason reason) => Status.Rejected.GetValueOrDefault(reason);

    public long Dropped(DropReason reason) => Status.Dropped.GetValueOrDefault(reason);

    /// <summary>Changes a backend as the operator or a probe would.</summary>
    public void Change(int backend, Action<Backend> change)
    {
        lock (Pool.Writer)
        {
            change(Pool.Current.BySlot[backend]!);
            Pool.Publish();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Balancer.DisposeAsync();
        MemoryStage.AssertNothingIsHeld(Balancer, Time);
        Assert.Equal(0, Time.ArmedTimers);
        Log.Dispose();
    }

    private static MemoryDatagramBackend AddBackend(MemoryNetwork network, int index) =>
        network.AddDatagramBackend($"10.0.0.{index + 1}:53").OnReceived(datagram => datagram.Reply($"{index}{datagram.Text}"));
}
