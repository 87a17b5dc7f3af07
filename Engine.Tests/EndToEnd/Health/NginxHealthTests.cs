// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using System.Text;
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Tests.Admin.Doctor;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Harness.Streams;

namespace LbEngine.Tests.EndToEnd.Health;

/// <summary>A real web server behind the balancer goes wrong and comes back: it is taken out with the right reason, and no client notices once it is.</summary>
public sealed class NginxHealthTests : EndToEndTest
{
    private const string Nft = "/usr/sbin/nft";
    private const int DownEvent = 201;
    private const int UpEvent = 202;

    // Says 500 while a file "sick" lies in its directory.
    private const string Site = "root .; location / { if (-f $document_root/sick) { return 500; } return 200 well; }";

    private static readonly HealthOptions Http = new()
    {
        Type = HealthCheckType.Http,
        Interval = TimeSpan.FromMilliseconds(200),
        FastInterval = TimeSpan.FromMilliseconds(100),
        Timeout = TimeSpan.FromMilliseconds(500),
        Fall = 2,
    };

    private static readonly HealthOptions Tcp = new() { Interval = Http.Interval, FastInterval = Http.FastInterval, Timeout = Http.Timeout, Fall = Http.Fall };

    [PeerTheory(NginxServer.Program)]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Http_ServerIsStoppedAndStartedAgain_IsRefusedMeanwhile(TransportKind transport)
    {
        NginxServer sick = Stage.OwnGround(await NginxServer.StartAsync(Site));
        EngineBalancer balancer = await StartAsync(transport, sick, Http);

        sick.Process.Kill();
        await ExpectDownAsync(balancer, ProbeCause.Refused, "refused: nothing listens there");
        await ExpectGoodServiceAsync(balancer, 20);
        sick.StartAgain();
        await ExpectUpAsync(balancer);
    }

    [PeerTheory(NginxServer.Program)]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Http_ServerIsPaused_IsSlowMeanwhileAndATcpCheckDoesNotSee(TransportKind transport)
    {
        NginxServer sick = Stage.OwnGround(await NginxServer.StartAsync(Site));
        EngineBalancer byTcp = await StartAsync(transport, sick, Tcp);
        EngineBalancer balancer = await StartAsync(transport, sick, Http);

        sick.Process.Signal("STOP");
        await ExpectDownAsync(balancer, ProbeCause.Slow, "connected, but no complete answer in time");
        await ExpectGoodServiceAsync(balancer, 20);
        HealthState seenByTcp = byTcp.Backend(0).HealthState;
        sick.Process.Signal("CONT");
        await ExpectUpAsync(balancer);

        Assert.Equal(HealthState.Up, seenByTcp);
        Assert.DoesNotContain(byTcp.Log.Lines, line => line.Id == DownEvent);
    }

    [PeerTheory(NginxServer.Program)]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Http_ServerAnswers500_IsDownUntilItAnswers200(TransportKind transport)
    {
        NginxServer sick = Stage.OwnGround(await NginxServer.StartAsync(Site));
        EngineBalancer balancer = await StartAsync(transport, sick, Http);
        string mark = Path.Combine(sick.Root, "sick");

        File.WriteAllText(mark, "");
        await ExpectDownAsync(balancer, ProbeCause.WrongStatus, "answered with status 500");
        await ExpectGoodServiceAsync(balancer, 20);
        File.Delete(mark);
        await ExpectUpAsync(balancer);
    }

    public static TheoryData<TransportKind, string> Rules { get; } =
        Transports.BothWith("drop", "reject", "reject with tcp reset", "reject with icmp type admin-prohibited");

    [RootTheory(NginxServer.Program, Nft)]
    [MemberData(nameof(Rules))]
    public async Task Firewall_ClosesAndOpens_IsDownForThatReasonMeanwhile(TransportKind transport, string rule)
    {
        (ProbeCause cause, string reason) = rule switch
        {
            "drop" => (ProbeCause.NoAnswer, "no answer"),
            "reject with icmp type admin-prohibited" => (ProbeCause.Unreachable, "unreachable"),
            _ => (ProbeCause.Refused, "refused"),
        };
        NetworkNamespace network = Stage.OwnGround(await NetworkNamespace.CreateAsync());
        NginxServer sick = Stage.OwnGround(await NginxServer.StartAsync(Site, network: network));
        EngineBalancer[] balancers = [await StartAsync(transport, sick, Http), await StartAsync(transport, sick, Tcp)];

        await network.RunAsync(Nft, $"table inet f {{ chain input {{ type filter hook input priority 0; tcp dport 8080 {rule}; }}; }}");
        foreach (EngineBalancer balancer in balancers)
        {
            await ExpectDownAsync(balancer, cause, reason);
            await ExpectGoodServiceAsync(balancer, 20);
        }

        await network.RunAsync(Nft, "delete", "table", "inet", "f");
        foreach (EngineBalancer balancer in balancers)
        {
            await ExpectUpAsync(balancer);
        }
    }

    /// <summary>The web server that will go wrong, tried first by every client, and a good one.</summary>
    private async Task<EngineBalancer> StartAsync(TransportKind transport, NginxServer sick, HealthOptions health)
    {
        AnsweringBackend good = Stage.Own(new AnsweringBackend(AnsweringBackend.Http(200, "well")));
        EngineBalancer balancer = await Stage.StartEngineAsync(
            transport, BalancerSettings.For(sick.EndPoint, good.EndPoint) with { Health = health, ConnectAttempts = 1, Passive = null });
        await Waiting.UntilAsync(
            () => balancer.Status.Pools[0].Backends.All(backend => backend.HealthState == HealthState.Up), "both are up", null, () => Describe(balancer));
        await ExpectGoodServiceAsync(balancer, 2);
        return balancer;
    }

    private static async Task ExpectDownAsync(EngineBalancer balancer, ProbeCause cause, string reason)
    {
        await balancer.WaitForLogAsync(DownEvent);

        // The first probe of all may have met the fault in another way; from now on all are the same.
        await Waiting.UntilAsync(() => balancer.Backend(0).LastProbe?.Cause == cause, $"the cause is {cause}", null, () => Describe(balancer));
        Assert.Contains(reason, balancer.Backend(0).LastProbe!.Result, StringComparison.Ordinal);
        string line = Assert.Single(balancer.Log.Lines, line => line.Id == DownEvent).Text;
        Assert.Contains("b0", line, StringComparison.Ordinal);
        Assert.Contains(reason, line, StringComparison.Ordinal);
        Assert.Equal((HealthState.Down, HealthState.Up), (balancer.Backend(0).HealthState, balancer.Backend(1).HealthState));
    }

    private static async Task ExpectUpAsync(EngineBalancer balancer)
    {
        long before = balancer.Backend(0).TotalConnections;
        await balancer.WaitForLogAsync(UpEvent);
        await ExpectGoodServiceAsync(balancer, 5);
        await Waiting.UntilAsync(() => balancer.Status.ActiveConnections == 0, "the clients are done");

        Assert.Equal([DownEvent, UpEvent], balancer.Log.Lines.Select(line => line.Id).Where(id => id is DownEvent or UpEvent));
        Assert.Equal([CloseReason.Completed], balancer.Status.Closed.Where(count => count.Value > 0).Select(count => count.Key));
        Assert.Equal(0, balancer.Status.Rejected.Values.Sum());
        Assert.Equal((before + 5, HealthState.Up), (balancer.Backend(0).TotalConnections, balancer.Backend(0).HealthState));
    }

    /// <summary>Clients come one after the other, and each has the whole answer.</summary>
    private static async Task ExpectGoodServiceAsync(EngineBalancer balancer, int clients)
    {
        for (int i = 0; i < clients; i++)
        {
            Assert.Contains("200", await AskAsync(balancer.EndPoint), StringComparison.Ordinal);
        }
    }

    private static async Task<string> AskAsync(IPEndPoint endPoint)
    {
        using var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        return await Waiting.ForAsync(
            async token =>
            {
                await socket.ConnectAsync(endPoint, token);
                await socket.SendAsync("GET / HTTP/1.1\r\nHost: l\r\nConnection: close\r\n\r\n"u8.ToArray(), token);
                var answer = new StringBuilder();
                byte[] buffer = new byte[2048];
                while (await socket.ReceiveAsync(buffer, token) is > 0 and int count)
                {
                    answer.Append(Encoding.ASCII.GetString(buffer, 0, count));
                }

                return answer.ToString().Split('\r')[0];
            },
            "an answer to GET /");
    }

    private static string Describe(EngineBalancer balancer) =>
        string.Join("; ", balancer.Status.Pools[0].Backends.Select(backend => $"{backend.HealthState} {backend.LastProbe}"));
}
