// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Configuration;
using LbEngine.Observability;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Resolution;

namespace LbEngine.Tests.Control;

/// <summary>Stops of an engine that is about to start.</summary>
public class EngineStartTests
{
    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Start_EndedWhileANameIsLookedUp_OpensNothingAndMayBeTriedAgain(TransportKind transport)
    {
        var resolver = new ScriptedResolver();
        TaskCompletionSource<IReadOnlyList<IPAddress>> held = resolver.Hold("db.test");
        IPEndPoint bind = FreePort.Find(IPAddress.Loopback);

        // Without a backend the client could be reset before its connect has returned.
        using var backend = new TcpListener(IPAddress.Loopback, 0);
        backend.Start();
        await using LoadBalancer balancer = Build(transport, resolver, bind, ((IPEndPoint)backend.LocalEndpoint).Port);
        using var stop = new CancellationTokenSource();

        Task start = balancer.StartAsync(stop.Token);
        await Waiting.UntilAsync(() => resolver.CountOf("db.test") > 0, "the name is looked up");
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => start.WaitAsync(Waiting.DefaultLimit));
        Assert.Equal(LoadBalancerState.Created, balancer.GetStatus().State);
        await Assert.ThrowsAsync<SocketException>(() => ConnectAsync(bind));
        held.SetResult([IPAddress.Loopback]);
        await balancer.StartAsync();
        await ConnectAsync(bind);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Dispose_WhileANameIsLookedUpForTheStart_EndsTheStartAndOpensNothing(TransportKind transport)
    {
        var resolver = new ScriptedResolver();
        _ = resolver.Hold("db.test");
        IPEndPoint bind = FreePort.Find(IPAddress.Loopback);
        LoadBalancer balancer = Build(transport, resolver, bind);

        Task start = balancer.StartAsync();
        await Waiting.UntilAsync(() => resolver.CountOf("db.test") > 0, "the name is looked up");
        await balancer.DisposeAsync().AsTask().WaitAsync(Waiting.DefaultLimit);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => start.WaitAsync(Waiting.DefaultLimit));
        await Assert.ThrowsAsync<SocketException>(() => ConnectAsync(bind));
    }

    private static async Task ConnectAsync(IPEndPoint address)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(address).WaitAsync(Waiting.DefaultLimit);
    }

    private static LoadBalancer Build(TransportKind transport, ScriptedResolver resolver, IPEndPoint bind, int port = 80) => new LoadBalancerBuilder()
        .Configure(options => options.Transport = transport)
        .AddListener("web", bind.ToString(), "site")
        .AddPool("site", pool => pool.AddBackend("a", $"db.test:{port}"))
        .UseHostResolver(resolver)
        .Build();
}
