// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Configuration;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Datagrams;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Harness.Streams;
using LbEngine.Tests.Transport.Linux;
using LbEngine.Tests.Transport.Memory;

namespace LbEngine.Tests.EndToEnd.Control;

/// <summary>A listener moves from every address to one, or back, at the same port: both are open for a moment.</summary>
public sealed class ListenerOverlapTests : EndToEndTest
{
    [Theory]
    [MemberData(nameof(Transports.BothOverBothVersions), MemberType = typeof(Transports))]
    public async Task ApplyAsync_AnyAddressToOneAndBack_ClientsAreServedAllTheTime(TransportKind transport, string one)
    {
        const int Changes = 8;
        StreamEcho backend = Stage.AddStreamEcho();
        IPEndPoint[] binds = Binds(one);
        BalancerSettings settings = BalancerSettings.For(backend.EndPoint) with { Bind = binds[0].ToString(), Reactors = 2 };
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, settings);
        EchoPeer old = Stage.Own(await EchoPeer.ConnectAsync(binds[1]));
        await old.EchoAsync();
        using var over = new CancellationTokenSource();
        int served = 0;
        Task load = Task.Run(async () =>
        {
            while (!over.IsCancellationRequested)
            {
                using EchoPeer client = await EchoPeer.ConnectAsync(binds[1], 1);
                await client.EchoAsync();
                await client.FinishAsync();
                Interlocked.Increment(ref served);
            }
        });

        for (int i = 1; i <= Changes && !load.IsCompleted; i++)
        {
            await balancer.Engine.ApplyAsync(settings.Change(transport, options => options.Listeners["web"].Bind = binds[i % 2].ToString()));
            int before = Volatile.Read(ref served);
            await Waiting.UntilAsync(() => load.IsCompleted || Volatile.Read(ref served) > before, $"another client is served after change {i}");
        }

        await over.CancelAsync();
        await Waiting.ForAllAsync("the load ends", Waiting.DefaultLimit, load);
        await old.EchoAsync();
        Assert.Equal(binds[0], balancer.EndPoint);
    }

    [LinuxTheory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task ApplyAsync_DatagramListenerFromAnyAddressToOneAndBack_EachClientIsServedByTheNewOne(string one)
    {
        DatagramEcho backend = Stage.AddDatagramEcho();
        IPEndPoint[] binds = Binds(one);
        BalancerSettings settings = BalancerSettings.ForDatagrams(backend.EndPoint) with { Bind = binds[0].ToString(), Reactors = 2 };
        EngineBalancer balancer = await Stage.StartEngineAsync(TransportKind.Linux, settings);
        DatagramClient client = Stage.Own(DatagramClient.Connect(binds[1]));
        await client.EchoAsync();

        for (int i = 1; i <= 4; i++)
        {
            await balancer.Engine.ApplyAsync(settings.Change(TransportKind.Linux, options => options.Listeners["web"].Bind = binds[i % 2].ToString()));
            await client.EchoAsync(i);
            using DatagramClient fresh = DatagramClient.Connect(binds[1], i);
            await fresh.EchoAsync();
        }
    }

    [Fact]
    public async Task Check_TransportHasOneSocketForAnAddress_NamesTheListenerThatIsInTheWay()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 1);
        LoadBalancerOptions options = stage.Balancer.GetConfiguration();
        (string name, ListenerOptions listener) = options.Listeners.First();
        string old = listener.Bind;
        listener.Bind = $"0.0.0.0:{IPEndPoint.Parse(old).Port}";

        ConfigurationError error = Assert.Single(stage.Balancer.Check(options));

        Assert.Equal($"listeners.{name}.bind", error.Path);
        Assert.Contains($"listener {name} is in the way: it has the port at {old}", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Every address, then one, at the same port.</summary>
    private static IPEndPoint[] Binds(string one)
    {
        IPEndPoint bind = FreePort.Find(IPAddress.Parse(one));
        return [new(bind.Address.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, bind.Port), bind];
    }
}
