// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using System.Text;
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Observability;
using LbEngine.Tests.Admin.Doctor;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Processes;
using LbEngine.Tests.Harness.Stages;

namespace LbEngine.Tests.EndToEnd.Life;

/// <summary>The PROXY protocol with those that everybody else uses at the other end.</summary>
public sealed class ProxyPeerTests : EndToEndTest
{
    private const string Curl = "/usr/bin/curl";

    [PeerTheory(NginxServer.Program)]
    [MemberData(nameof(Versions))]
    public async Task SendProxy_NginxExpectsIt_SeesTheClientsAddress(TransportKind transport, ProxyVersion version)
    {
        using NginxServer nginx = await NginxServer.StartAsync(
            "location / { return 200 \"$proxy_protocol_addr:$proxy_protocol_port to $proxy_protocol_server_addr:$proxy_protocol_server_port\"; }",
            "proxy_protocol");
        EngineBalancer balancer = await StartAsync(transport, version, nginx.EndPoint);

        (string own, string answer) = await AskAsync(balancer.EndPoint);

        Assert.Equal($"{own} to {balancer.EndPoint}", answer);
    }

    [PeerTheory(HaProxyBalancer.Program)]
    [MemberData(nameof(Versions))]
    public async Task SendProxy_HaProxyExpectsIt_SeesTheClientsAddress(TransportKind transport, ProxyVersion version)
    {
        await using HaProxyServer haproxy = await HaProxyServer.StartAsync("accept-proxy");
        EngineBalancer balancer = await StartAsync(transport, version, haproxy.EndPoint);

        (string own, string answer) = await AskAsync(balancer.EndPoint);

        Assert.Equal($"{own} to {balancer.EndPoint}", answer);
    }

    [PeerTheory(HaProxyBalancer.Program)]
    [MemberData(nameof(Versions))]
    public async Task AcceptProxy_HaProxyInFrontAndBehind_SeesTheClientsAddress(TransportKind transport, ProxyVersion version)
    {
        await using HaProxyServer behind = await HaProxyServer.StartAsync("accept-proxy");
        EngineBalancer balancer = await StartAsync(transport, version, behind.EndPoint, acceptsProxy: true);
        await using HaProxyBalancer inFront = await HaProxyBalancer.StartAsync(
            BalancerSettings.For(balancer.EndPoint) with { SendProxy = version, IdleTimeout = TimeSpan.FromSeconds(5) });

        (string own, string answer) = await AskAsync(inFront.EndPoint);

        Assert.Equal($"{own} to {inFront.EndPoint}", answer);
    }

    /// <summary>curl sends version 1 alone, with its own address and its server's.</summary>
    [PeerTheory(NginxServer.Program, Curl)]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task AcceptProxy_CurlInFront_IsServedAsWhoItSays(TransportKind transport)
    {
        using NginxServer nginx = await NginxServer.StartAsync(
            "location / { return 200 \"$proxy_protocol_addr to $proxy_protocol_server_addr:$proxy_protocol_server_port\"; }", "proxy_protocol");
        EngineBalancer balancer = await StartAsync(transport, ProxyVersion.V2, nginx.EndPoint, acceptsProxy: true);
        using ChildProcess curl = ChildProcess.Start(Curl, "--silent", "--max-time", "20", "--haproxy-protocol", $"http://{balancer.EndPoint}/");
        await Waiting.UntilAsync(() => curl.HasExited, "curl has its answer");
        curl.WaitForExit();

        Assert.Equal([$"127.0.0.1 to {balancer.EndPoint}"], curl.Output);
    }

    [PeerTheory(NginxServer.Program)]
    [MemberData(nameof(Versions))]
    public async Task HealthCheck_NginxExpectsAHeader_IsUp(TransportKind transport, ProxyVersion version)
    {
        using NginxServer nginx = await NginxServer.StartAsync("location / { return 204; }", "proxy_protocol");
        EngineBalancer balancer = await StartAsync(
            transport, version, nginx.EndPoint, new HealthOptions { Type = HealthCheckType.Http, ExpectStatus = "204", Interval = TimeSpan.FromSeconds(1) });

        await Waiting.UntilAsync(() => balancer.Status.Pools[0].Backends[0].LastProbe is not null, "the backend was probed");

        ProbeStatus probe = balancer.Status.Pools[0].Backends[0].LastProbe!;
        Assert.True(probe.Cause == ProbeCause.Success, probe.Result);
    }

    public static TheoryData<TransportKind, ProxyVersion> Versions() => Transports.BothWith(ProxyVersion.V1, ProxyVersion.V2);

    private Task<EngineBalancer> StartAsync(
        TransportKind transport, ProxyVersion version, IPEndPoint backend, HealthOptions? health = null, bool acceptsProxy = false)
    {
        AcceptProxyOptions? accept = acceptsProxy ? new AcceptProxyOptions { Trusted = { "127.0.0.0/8" } } : null;
        return Stage.StartEngineAsync(transport, BalancerSettings.For(backend) with { SendProxy = version, Health = health, AcceptProxy = accept });
    }

    /// <summary>The client's own address, and the body of the answer.</summary>
    private static async Task<(string Own, string Answer)> AskAsync(IPEndPoint endPoint)
    {
        using var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await Waiting.ForAsync(
            async token =>
            {
                await socket.ConnectAsync(endPoint, token);
                return await socket.SendAsync("GET / HTTP/1.0\r\n\r\n"u8.ToArray(), token);
            },
            "the request to be sent");
        var own = socket.LocalEndPoint!.ToString()!;
        var answer = new StringBuilder();
        var piece = new byte[4096];
        for (int count = 1; count > 0;)
        {
            count = await Waiting.ForAsync(token => socket.ReceiveAsync(piece, SocketFlags.None, token), "the answer");
            answer.Append(Encoding.ASCII.GetString(piece, 0, count));
        }

        return (own, answer.ToString().Split("\r\n\r\n", 2)[^1]);
    }
}
