// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Configuration;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Datagrams;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Processes;
using LbEngine.Tests.Harness.Stages;

namespace LbEngine.Tests.EndToEnd.Datagrams;

/// <summary>Two real DNS servers behind the real <c>lb</c>, asked by a real resolver.</summary>
public sealed class DnsTests : EndToEndTest
{
    private const string Dnsmasq = "/usr/sbin/dnsmasq";
    private const string Dig = "/usr/bin/dig";
    private const int Queries = 60;

    private static readonly string[] Answers = ["10.0.0.1", "10.0.0.2"];

    [PeerTheory(Dnsmasq, Dig)]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Queries_OneOfTwoServersIsKilled_NoneFails(TransportKind transport)
    {
        using var directory = new TemporaryDirectory();
        IPEndPoint[] ports = [.. Answers.Select(_ => Stage.Own(new HeldDatagramPort(port: FreePort.Find(IPAddress.Loopback).Port)).EndPoint)];
        ChildProcess[] servers = [.. Answers.Select((answer, i) => Stage.Own(StartServer(ports[i], answer)))];
        IPEndPoint balancer = FreePort.Find(IPAddress.Loopback);
        string file = Path.Combine(directory.Path, "dns.yaml");
        File.WriteAllText(file, Document(transport, balancer, ports));
        ChildProcess lb = Stage.Own(ChildProcess.Start(LbProgram.Command[0], [.. LbProgram.Command.Skip(1), "run", file]));
        await lb.WaitForLineAsync("listener dns accepts on", limit: TimeSpan.FromSeconds(20));
        await lb.WaitForLineAsync("listener dns-tcp accepts on", limit: TimeSpan.FromSeconds(20));

        List<string> before = await AskAsync(balancer, Queries / 3);
        servers[0].Kill();
        List<string> after = await AskAsync(balancer, Queries);

        Assert.Equal(Answers, before.Order().Distinct());
        Assert.Equal(Enumerable.Repeat(Answers[1], Queries), after);
        Assert.Equal(Answers[1], await AskOnceAsync(balancer, "+tcp", "+retry=1"));
        Assert.False(lb.HasExited);
    }

    private static ChildProcess StartServer(IPEndPoint endPoint, string answer) => ChildProcess.Start(
        Dnsmasq,
        "--no-daemon",
        "--no-resolv",
        "--no-hosts",
        "--conf-file=/dev/null",
        "--pid-file=",
        $"--port={endPoint.Port}",
        $"--listen-address={endPoint.Address}",
        "--bind-interfaces",
        $"--address=/example.test/{answer}");

    private static async Task<List<string>> AskAsync(IPEndPoint balancer, int count)
    {
        var answers = new List<string>();
        for (int i = 0; i < count; i++)
        {
            answers.Add(await AskOnceAsync(balancer, "+tries=1"));
        }

        return answers;
    }

    private static async Task<string> AskOnceAsync(IPEndPoint balancer, params string[] further)
    {
        using ChildProcess dig = ChildProcess.Start(Dig, [$"@{balancer.Address}", "-p", $"{balancer.Port}", "example.test", "+short", "+time=2", .. further]);
        await Waiting.UntilAsync(() => dig.HasExited, "dig has ended");
        dig.WaitForExit();
        return string.Join(' ', dig.Output);
    }

    private static string Document(TransportKind transport, IPEndPoint balancer, IPEndPoint[] servers) => $$"""
        transport: {{(transport == TransportKind.Linux ? "linux" : "sockets")}}
        listeners:
          dns: { bind: "{{balancer}}", protocol: udp, pool: dns, responses: 1 }
          dns-tcp: { bind: "{{balancer}}", pool: dns }
        pools:
          dns:
            scheduler: smooth-weighted-round-robin
            backends:
              a: { address: "{{servers[0]}}" }
              b: { address: "{{servers[1]}}" }
        """;
}
