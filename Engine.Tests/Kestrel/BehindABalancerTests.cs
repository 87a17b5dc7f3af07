// SPDX-License-Identifier: MIT
using System.Net.Sockets;
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Observability;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Processes;
using LbEngine.Tests.Harness.Runs;
using LbEngine.Tests.Harness.Stages;

namespace LbEngine.Tests.Kestrel;

/// <summary>An ASP.NET app behind this engine, and others that send the header.</summary>
[Trait(Quick.Category, Quick.Slow)]
public sealed class BehindABalancerTests : EndToEndTest
{
    private const string Curl = "/usr/bin/curl";

    public static TheoryData<TransportKind, ProxyVersion> Versions() => Transports.BothWith(ProxyVersion.V1, ProxyVersion.V2);

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Request_ThroughTheEngine_SeesTheClient(TransportKind transport, ProxyVersion version)
    {
        await using ProxiedApp app = await ProxiedApp.StartAsync();
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, BalancerSettings.For(app.EndPoint) with { SendProxy = version });
        using Socket socket = await RawHttp.ConnectAsync(balancer.EndPoint);
        string own = socket.LocalEndPoint!.ToString()!;

        string? answer = await RawHttp.AskAsync(socket, RawHttp.Request);

        Assert.StartsWith($"{own} to {balancer.EndPoint} over http HTTP/1.1, told v{(int)version}, by 127.0.0.1:", answer, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Request_OverTlsThroughTheEngine_SeesTheClient(TransportKind transport, ProxyVersion version)
    {
        await using ProxiedApp app = await ProxiedApp.StartWithTlsAsync();
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, BalancerSettings.For(app.EndPoint) with { SendProxy = version });
        using Socket socket = await RawHttp.ConnectAsync(balancer.EndPoint);
        string own = socket.LocalEndPoint!.ToString()!;

        string answer = await RawHttp.AskOverTlsAsync(socket);

        Assert.StartsWith($"{own} to {balancer.EndPoint} over https HTTP/1.1, told v{(int)version}, by 127.0.0.1:", answer, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task HealthCheck_OfTheEngine_IsTakenAsItsOwn(TransportKind transport, ProxyVersion version)
    {
        await using ProxiedApp app = await ProxiedApp.StartAsync();
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, BalancerSettings.For(app.EndPoint) with
        {
            SendProxy = version,
            Health = new HealthOptions { Type = HealthCheckType.Http, Interval = TimeSpan.FromSeconds(1) },
        });

        await Waiting.UntilAsync(() => balancer.Status.Pools[0].Backends[0].LastProbe is not null, "the backend was probed");

        ProbeStatus probe = balancer.Status.Pools[0].Backends[0].LastProbe!;
        Assert.True(probe.Cause == ProbeCause.Success, probe.Result);
    }

    [PeerTheory(HaProxyBalancer.Program)]
    [InlineData(ProxyVersion.V1)]
    [InlineData(ProxyVersion.V2)]
    public async Task Request_ThroughHaProxy_SeesTheClient(ProxyVersion version)
    {
        await using ProxiedApp app = await ProxiedApp.StartAsync();
        await using HaProxyBalancer balancer = await HaProxyBalancer.StartAsync(
            BalancerSettings.For(app.EndPoint) with { SendProxy = version, IdleTimeout = TimeSpan.FromSeconds(5) });
        using Socket socket = await RawHttp.ConnectAsync(balancer.EndPoint);
        string own = socket.LocalEndPoint!.ToString()!;

        string? answer = await RawHttp.AskAsync(socket, RawHttp.Request);

        Assert.StartsWith($"{own} to {balancer.EndPoint} over http HTTP/1.1, told v{(int)version}, by 127.0.0.1:", answer, StringComparison.Ordinal);
    }

    [PeerFact(Curl)]
    public async Task Request_OfCurl_SeesTheClientThatItNames()
    {
        await using ProxiedApp app = await ProxiedApp.StartAsync();
        using ChildProcess curl = ChildProcess.Start(Curl, "--silent", "--show-error", "--max-time", "10", "--haproxy-protocol", $"http://{app.EndPoint}/");

        await Waiting.UntilAsync(() => curl.HasExited, "curl has ended");
        curl.WaitForExit();

        string answer = string.Join('\n', curl.Output);
        string by = answer.Split(", by ")[^1];
        Assert.Equal($"{by} to {app.EndPoint} over http HTTP/1.1, told v1, by {by}", answer);
        Assert.StartsWith("127.0.0.1:", by, StringComparison.Ordinal);
    }
}
