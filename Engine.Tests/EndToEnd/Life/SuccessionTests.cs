// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using LbEngine.Configuration;
using LbEngine.Observability;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Datagrams;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Processes;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Transport.Linux;
using LbEngine.Transport.Linux.Interop;

namespace LbEngine.Tests.EndToEnd.Life;

/// <summary>One engine follows another on the same listening sockets.</summary>
public sealed class SuccessionTests : EndToEndTest, IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly TemporaryDirectory _directory = new();

    private string HandOverPath => Path.Combine(_directory.Path, "handover.sock");

    public void Dispose() => _directory.Dispose();

    [LinuxFact]
    public async Task HandOverAsync_UnderLoad_NoClientIsRefusedAndOldConnectionsLiveOn()
    {
        const int Clients = 1500;
        int backendPort = await StartBackendAsync();
        int port = FreePort.Find(IPAddress.Loopback).Port;
        await using LoadBalancer first = Build(port, backendPort);
        await first.StartAsync();
        using Socket held = await ConnectAsync(port);
        Task handOver = first.HandOverAsync(HandOverPath);
        Task<int> load = Task.Run(() => ServeManyAsync(port, Clients));

        await using LoadBalancer second = Build(port, backendPort, builder => builder.UsePredecessor(HandOverPath));
        await second.StartAsync();
        await handOver.WaitAsync(Limit);
        Task drain = first.DrainAsync();
        int served = await load.WaitAsync(TimeSpan.FromSeconds(60));
        string stillThere = await AskAsync(held, "old");
        held.Dispose();
        await drain.WaitAsync(Limit);

        Assert.Equal(Clients, served);
        Assert.Equal("old", stillThere);
        Assert.True(second.GetStatus().Listeners[0].AcceptedConnections > 0, "The successor has served nobody.");
        Assert.False(File.Exists(HandOverPath));
    }

    [LinuxFact]
    public async Task HandOverAsync_UdpClientsThatKeepTheirPorts_KeepTheirBackends()
    {
        const int Clients = 40;
        DatagramEcho[] backends = [.. Enumerable.Range(0, 4).Select(_ => Stage.AddDatagramEcho())];
        IPEndPoint bind = FreePort.Find(IPAddress.Loopback);
        await using LoadBalancer first = BuildUdp(bind, backends);
        await first.StartAsync();
        DatagramClient[] clients = [.. Enumerable.Range(0, Clients).Select(i => Stage.Own(DatagramClient.Connect(bind, i)))];
        var before = new Dictionary<IPEndPoint, string>();
        foreach (DatagramClient client in clients)
        {
            await client.EchoAsync();
        }

        foreach (ConnectionStatus flow in first.GetConnections())
        {
            before.Add(flow.Client, flow.Backend);
        }

        Task handOver = first.HandOverAsync(HandOverPath);
        await using LoadBalancer second = BuildUdp(bind, backends, builder => builder.UsePredecessor(HandOverPath));
        await second.StartAsync();
        await handOver.WaitAsync(Limit);

        // The other way round: placed anew, most of them would meet another backend.
        foreach (DatagramClient client in clients.Reverse())
        {
            await client.EchoAsync(1);
        }

        Dictionary<IPEndPoint, string> after = second.GetConnections().ToDictionary(flow => flow.Client, flow => flow.Backend);
        Assert.Equal(Clients, after.Count);
        Assert.Equal(before.OrderBy(pair => pair.Key.Port), after.OrderBy(pair => pair.Key.Port));
        Assert.Equal([10, 10, 10, 10], second.GetStatus().Pools[0].Backends.Select(backend => backend.ActiveConnections));
    }

    [LinuxFact]
    public async Task HandOverAsync_SuccessorFailsToStart_PredecessorWaitsForTheNext()
    {
        int backendPort = await StartBackendAsync();
        int port = FreePort.Find(IPAddress.Loopback).Port;
        await using LoadBalancer first = Build(port, backendPort);
        await first.StartAsync();
        using var waiting = new CancellationTokenSource();
        Task handOver = first.HandOverAsync(HandOverPath, waiting.Token);
        using Socket taken = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        taken.Listen();
        string occupied = taken.LocalEndPoint!.ToString()!;

        await using (LoadBalancer failing = Build(port, backendPort, builder => builder.UsePredecessor(HandOverPath).AddListener("more", occupied, "site")))
        {
            await Assert.ThrowsAnyAsync<Exception>(() => failing.StartAsync());
        }

        using Socket client = await ConnectAsync(port);
        Assert.Equal("alive", await AskAsync(client, "alive"));
        await using LoadBalancer second = Build(port, backendPort, builder => builder.UsePredecessor(HandOverPath));
        await second.StartAsync();
        await handOver.WaitAsync(Limit);
    }

    [LinuxFact]
    public async Task UseInheritedSockets_BoundElsewhere_ServesOnThem()
    {
        int backendPort = await StartBackendAsync();
        using Socket listening = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listening.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listening.Listen();
        int port = ((IPEndPoint)listening.LocalEndPoint!).Port;
        using Socket early = await ConnectAsync(port);

        int handedIn = SocketCalls.Duplicate((int)listening.Handle).Value;
        await using LoadBalancer balancer = Build(port, backendPort, builder => builder.UseInheritedSockets([handedIn]));
        listening.Dispose();
        await balancer.StartAsync();

        Assert.Equal("I was there before", await AskAsync(early, "I was there before"));
    }

    [LinuxFact]
    public async Task UsePredecessor_NobodyWaits_BindsAsUsual()
    {
        int backendPort = await StartBackendAsync();
        int port = FreePort.Find(IPAddress.Loopback).Port;
        await using LoadBalancer balancer = Build(port, backendPort, builder => builder.UsePredecessor(HandOverPath));

        await balancer.StartAsync();

        using Socket client = await ConnectAsync(port);
        Assert.Equal("hello", await AskAsync(client, "hello"));
    }

    [UnsupportedOSPlatform("windows")]
    [RootTheory(Stranger.Python)]
    [InlineData(Stranger.Nobody)]
    public async Task UsePredecessor_AnotherUserWaitsThere_TakesNothingAndSaysWhy(int user)
    {
        using var shared = new SharedDirectory();
        string path = Path.Combine(shared.Path, "handover.sock");
        using Stranger stranger = await Stranger.StartAsync(path, user);
        await using LoadBalancer balancer = Build(FreePort.Find(IPAddress.Loopback).Port, 9, builder => builder.UsePredecessor(path));

        IOException exception = await Assert.ThrowsAsync<IOException>(() => balancer.StartAsync());

        Assert.StartsWith($"nothing can be taken over from the process at {path}: ", exception.Message, StringComparison.Ordinal);
        Assert.Contains($"belongs to user {user}, and not to you", exception.Message, StringComparison.Ordinal);
    }

    [LinuxFact]
    public async Task HandOverAsync_PredecessorStillHasConnections_SuccessorsKnowUntilTheyEnd()
    {
        int backendPort = await StartBackendAsync();
        int port = FreePort.Find(IPAddress.Loopback).Port;
        LoadBalancer first = Build(port, backendPort);
        await first.StartAsync();
        Task handOver = first.HandOverAsync(HandOverPath);
        LoadBalancer second = Build(port, backendPort, builder => builder.UsePredecessor(HandOverPath));
        await second.StartAsync();
        await handOver.WaitAsync(Limit);
        handOver = second.HandOverAsync(HandOverPath);
        await using LoadBalancer third = Build(port, backendPort, builder => builder.UsePredecessor(HandOverPath));
        await third.StartAsync();
        await handOver.WaitAsync(Limit);

        Assert.Equal((false, true, true), (first.GetStatus().PredecessorRuns, second.GetStatus().PredecessorRuns, third.GetStatus().PredecessorRuns));
        await second.DisposeAsync();
        Assert.True(third.GetStatus().PredecessorRuns, "The second has ended, but not the first.");
        await first.DisposeAsync();
        await Waiting.UntilAsync(() => !third.GetStatus().PredecessorRuns, "the third knows that both have ended");
    }

    [LinuxFact]
    public async Task HandOverAsync_WhileTheDrainIsDelayed_GivesTheSocketsAwayAndEndsTheDelay()
    {
        int backendPort = await StartBackendAsync();
        int port = FreePort.Find(IPAddress.Loopback).Port;
        await using LoadBalancer first = Build(port, backendPort, builder => builder.Configure(options => options.Drain.Delay = TimeSpan.FromMinutes(5)));
        await first.StartAsync();
        Task handOver = first.HandOverAsync(HandOverPath);
        Task drain = first.DrainAsync();
        await Waiting.UntilAsync(() => first.State == LoadBalancerState.Draining, "the first one drains");

        await using LoadBalancer second = Build(port, backendPort, builder => builder.UsePredecessor(HandOverPath));
        await second.StartAsync();
        await handOver.WaitAsync(Limit);
        await drain.WaitAsync(Limit);

        using Socket client = await ConnectAsync(port);
        Assert.Equal("hello", await AskAsync(client, "hello"));
        Assert.Equal(1, second.GetStatus().Listeners[0].AcceptedConnections);
    }

    [LinuxFact]
    public async Task HandOverAsync_WhenTheDrainHasStoppedAccepting_IsOver()
    {
        int backendPort = await StartBackendAsync();
        await using LoadBalancer first = Build(FreePort.Find(IPAddress.Loopback).Port, backendPort);
        await first.StartAsync();
        Task handOver = first.HandOverAsync(HandOverPath);

        await first.DrainAsync().WaitAsync(Limit);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => handOver.WaitAsync(Limit));
        Assert.False(File.Exists(HandOverPath));
    }

    private async Task<int> StartBackendAsync()
    {
        (ChildProcess child, IPEndPoint endPoint) = await EchoProgram.StartAsync();
        Stage.Own(child);
        return endPoint.Port;
    }

    private static LoadBalancer Build(int port, int backendPort, Action<LoadBalancerBuilder>? configure = null)
    {
        LoadBalancerBuilder builder = new LoadBalancerBuilder()
            .Configure(options => options.Transport = TransportKind.Linux)
            .AddListener("web", $"127.0.0.1:{port}", "site")
            .AddPool("site", pool => pool.AddBackend("a", $"127.0.0.1:{backendPort}"));
        configure?.Invoke(builder);
        return builder.Build();
    }

    private static LoadBalancer BuildUdp(IPEndPoint bind, DatagramEcho[] backends, Action<LoadBalancerBuilder>? configure = null)
    {
        LoadBalancerBuilder builder = new LoadBalancerBuilder()
            .Configure(options => (options.Transport, options.Reactors) = (TransportKind.Linux, 2))
            .AddUdpListener("game", bind.ToString(), "site")
            .AddPool("site", pool =>
            {
                for (int i = 0; i < backends.Length; i++)
                {
                    pool.AddBackend($"b{i}", backends[i].EndPoint.ToString());
                }
            });
        configure?.Invoke(builder);
        return builder.Build();
    }

    private static async Task<Socket> ConnectAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port);
        return socket;
    }

    private static async Task<string> AskAsync(Socket socket, string text)
    {
        using var limit = new CancellationTokenSource(Limit);
        byte[] buffer = System.Text.Encoding.UTF8.GetBytes(text);
        await socket.SendAsync(buffer, limit.Token);
        int received = await socket.ReceiveAsync(buffer, limit.Token);
        return System.Text.Encoding.UTF8.GetString(buffer, 0, received);
    }

    /// <summary>One client after the other, each served or an exception.</summary>
    private static async Task<int> ServeManyAsync(int port, int count)
    {
        int served = 0;
        for (int i = 0; i < count; i++)
        {
            using Socket client = await ConnectAsync(port);
            served += await AskAsync(client, "ping") == "ping" ? 1 : 0;
        }

        return served;
    }
}
