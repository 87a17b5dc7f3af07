// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using LbEngine.Tests.Admin.Doctor;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Stages;

namespace LbEngine.Tests.ConsoleHost.Commands;

[Collection(EndToEndGroup.Name)]
public class DoctorCommandTests
{
    private const string Document = "listeners: { web: { bind: \"127.0.0.1:0\", pool: site } }\n";

    [Fact]
    public async Task Doctor_SeveralBackends_ExaminesAllWithin100ColumnsAndExitsWith1()
    {
        using var open = new TcpListener(IPAddress.Loopback, 0);
        using var closed = new ClosedPort();
        open.Start();
        using var file = new TemporaryFile("lb.yaml", $"{Document}pools: {{ site: {{ backends: {{ a: {{ address: \"{open.LocalEndpoint}\" }}, b: {{ address: \"{closed.EndPoint}\" }} }} }} }}");

        (int exitCode, string output, string errors) = await LbProcess.RunAsync("doctor", file.Path);

        Assert.Equal((1, ""), (exitCode, errors));
        Assert.StartsWith($"site/a {open.LocalEndpoint} (tcp): healthy\n", output, StringComparison.Ordinal);
        Assert.Contains($"\n\nsite/b {closed.EndPoint} (tcp): refused\n  cause  nothing listens on port", output, StringComparison.Ordinal);
        Assert.All(output.Split('\n'), line => Assert.InRange(line.Length, 0, 100));
    }

    [Fact]
    public async Task Doctor_DeadBackendBesideALivingOneOfTheSameHost_IsNotTakenForAWrongPort()
    {
        using var living = new TcpListener(IPAddress.Loopback, 0);
        using var dead = new ClosedPort();
        living.Start();
        using var file = new TemporaryFile("lb.yaml", $"{Document}pools: {{ site: {{ backends: {{ a: {{ address: \"{living.LocalEndpoint}\" }}, b: {{ address: \"{dead.EndPoint}\" }} }} }} }}");

        (int exitCode, string output, _) = await LbProcess.RunAsync("doctor", file.Path, "site/b");

        Assert.Equal(1, exitCode);
        Assert.StartsWith($"site/b {dead.EndPoint} (tcp): refused\n", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/no/such/lb.yaml site/a", "there is no such file")]
    [InlineData("/no/such/lb.yaml", "there is no '/no/such/lb.yaml'")]
    [InlineData("FILE site/c", "there is no backend site/c; there are: site/a")]
    [InlineData("FILE site", "a backend is written POOL/BACKEND")]
    [InlineData("FILE --timeout 1", "--timeout must be a duration")]
    [InlineData("FILE --port 0", "--port must be from 1 to 65535")]
    [InlineData("FILE --http healthz", "--http must be a path")]
    [InlineData("FILE --status abc", "--status must be such as")]
    [InlineData("FILE --send hex:0", "--send must be text")]
    [InlineData("site/a --admin unix:/no/such/lb.sock", "no balancer answers at unix:/no/such/lb.sock")]
    public async Task Doctor_NothingToExamine_ExitsWith2AndSaysWhy(string arguments, string problem)
    {
        using var file = new TemporaryFile("lb.yaml", $"{Document}pools: {{ site: {{ backends: {{ a: {{ address: \"127.0.0.1:1\" }} }} }} }}");

        (int exitCode, string output, string errors) = await LbProcess.RunAsync(["doctor", .. arguments.Replace("FILE", file.Path, StringComparison.Ordinal).Split(' ')]);

        Assert.Equal((2, ""), (exitCode, output));
        Assert.Contains(problem, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_RunningBalancer_TellsWhatItKnows()
    {
        using var closed = new ClosedPort();
        await using LbRun balancer = await LbRun.StartAsync($"{Document}pools: {{ site: {{ backends: {{ a: {{ address: \"{closed.EndPoint}\", weight: 7 }} }} }} }}");
        await balancer.CommandAsync("maintenance", "site/a");

        DoctorRun run = DoctorRun.Read(await balancer.CommandAsync("doctor", "site/a", "--json"));

        run.AssertCause("refused", "the balancer says: maintenance", "weight 7", $"connecting to {closed.EndPoint} was refused");
    }

    [PeerTheory(NginxServer.Program)]
    [InlineData("return 500;", "wrong-status", "/check answers 500, not 200-299")]
    [InlineData("return 200;", "healthy", "answers 200")]
    public async Task Doctor_RunningBalancerWithHealthChecks_AsksTheSameAndShowsTheLastProbe(string settings, string cause, string evidence)
    {
        using NginxServer server = await NginxServer.StartAsync(settings);
        await using LbRun balancer = await LbRun.StartAsync(
            $"{Document}pools: {{ site: {{ health: {{ type: http, path: /check, interval: 100ms, timeout: 3s, fall: 1 }}, backends: {{ a: {{ address: \"{server.EndPoint}\" }} }} }} }}");
        (int ExitCode, string Output, string Errors) backends = default;
        for (long start = Stopwatch.GetTimestamp(); !backends.Output?.Contains("lastProbe", StringComparison.Ordinal) ?? true;)
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(30), "the balancer has probed its backend");
            backends = await balancer.CommandAsync("backends", "--json");
        }

        DoctorRun run = DoctorRun.Read(await balancer.CommandAsync("doctor", "site/a", "--json"));

        run.AssertCause(cause, evidence, $"GET http://{server.EndPoint}/check", "the time-out is 3.00 s", "its last probe, ", cause == "healthy" ? "health up" : "health down");
    }
}
