// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Text.Json;
using LbEngine.Tests.ConsoleHost.Control;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Processes;
using LbEngine.Tests.Harness.Streams;

namespace LbEngine.Tests.ConsoleHost;

/// <summary>Ends of a real <c>lb run</c>, gentle and not, and outputs that nobody reads.</summary>
public class ShutdownTests
{
    [Fact]
    public async Task Terminate_WhileClientsAsk_LetsThemFinishAndExitsWith0()
    {
        using var backend = new EchoBackend();
        await using LbRun lb = await LbRun.StartAsync(Document(backend));
        var clients = new List<Peer>();
        for (int i = 0; i < 20; i++)
        {
            clients.Add(await Peer.ConnectAsync(lb.EndPoint("web")));
        }

        await Waiting.UntilAsync(() => AskStatus(lb, "\"activeConnections\":20"), "all clients are placed", TimeSpan.FromSeconds(60));
        await lb.SignalAsync("TERM");
        _ = await lb.WaitForLineAsync("draining 20 connections");
        (int answers, string draining, _) = await lb.CommandAsync("status");
        foreach (Peer client in clients)
        {
            client.HalfClose();
            Assert.Equal(PeerEnd.Fin, (await client.ReceiveToEndAsync()).End);
            client.Dispose();
        }

        await LbProcess.WaitForEndAsync(lb.Process);

        Assert.Equal((4, 0), (answers, lb.Process.ExitCode));
        Assert.Matches(@"^draining, up for .*\nconfiguration .*\n20 of ", draining);
        Assert.Contains(lb.Lines, line => line == "done: 20 connections ended (Completed 20), 0 rejected");
        Assert.False(File.Exists(lb.AdminAddress["unix:".Length..]), "The socket file is left behind.");
    }

    [Fact]
    public async Task Kill_UnderLoad_StartsAgainAtOnceOnTheSamePortAndSocketFile()
    {
        using var backend = new EchoBackend();
        int port = FreePort.Find(System.Net.IPAddress.Loopback).Port;
        await using LbRun lb = await LbRun.StartAsync(Document(backend, port), null, "--state", "DIR/state.json");
        var load = new PingPong(lb.EndPoint("web"), kept: 4, fresh: 2);
        await Waiting.UntilAsync(() => load.Answers > 50, "the load runs", TimeSpan.FromSeconds(60));
        Task<int> changes = ChangeWeightsAsync(lb);
        await Waiting.UntilAsync(() => File.Exists(lb.StateFile) && load.Answers > 200, "weights are changed under load", TimeSpan.FromSeconds(60));
        await lb.SignalAsync("KILL");
        await LbProcess.WaitForEndAsync(lb.Process);
        _ = await load.StopAsync();
        int last = await changes;

        using Process again = LbProcess.Start("run", lb.File, "--state", lb.StateFile);
        _ = await LbProcess.WaitForLineAsync(again, $"listener web accepts on 127.0.0.1:{port} ");
        _ = await LbProcess.WaitForLineAsync(again, $"admin listens on {lb.AdminAddress}");
        (int exitCode, string backends, _) = await lb.CommandAsync("backends", "--json");
        again.Kill();
        await LbProcess.WaitForEndAsync(again);

        using JsonDocument reply = JsonDocument.Parse(backends);
        int weight = reply.RootElement.GetProperty("backends")[0].GetProperty("weight").GetInt32();
        Assert.Equal(0, exitCode);
        Assert.InRange(weight, last, last + 1);
        Assert.False(File.Exists(lb.StateFile + ".broken"), "The state file was half written.");
    }

    /// <summary>Sets weights 2, 3, 4 and so on until the balancer is gone; returns the last one that it has confirmed.</summary>
    private static async Task<int> ChangeWeightsAsync(LbRun lb)
    {
        using var client = new LbEngine.ConsoleHost.Client.AdminClient(LbEngine.ConsoleHost.Admin.AdminAddress.TryParse(lb.AdminAddress)!, "");
        for (int weight = 2; ; weight++)
        {
            try
            {
                using var body = new StringContent($"{{\"weight\":{weight}}}", System.Text.Encoding.UTF8, "application/json");
                _ = await client.SendAsync(HttpMethod.Post, "v1/backends/site/a", body, CancellationToken.None);
            }
            catch (LbEngine.ConsoleHost.Client.AdminClientException)
            {
                return weight - 1;
            }
        }
    }

    [Theory]
    [InlineData("exec \"$@\" >/dev/full 2>/dev/full")]
    [InlineData("exec \"$@\" >&- 2>&-")]
    [InlineData("\"$@\" 2>&1 | head -c 1 >/dev/null")]
    public async Task Run_OutputThatTakesNothing_ServesAllTheSame(string redirection)
    {
        using var backend = new EchoBackend();
        using var directory = new TemporaryDirectory();
        string admin = $"unix:{Path.Combine(directory.Path, "lb.sock")}";
        int port = FreePort.Find(System.Net.IPAddress.Loopback).Port;
        string file = Path.Combine(directory.Path, "lb.yaml");
        File.WriteAllText(file, $"admin: {{ bind: \"{admin}\" }}\n{Document(backend, port)}");
        string id = Path.Combine(directory.Path, "id");
        string[] command = ["sh", "-c", "echo $$ >\"$0\"; exec \"$@\"", id, .. LbProgram.Command, "run", file, "--log-level", "debug"];
        using Process shell = Process.Start("sh", ["-c", redirection, "sh", .. command]);
        await Waiting.UntilAsync(() => AskStatus(admin, "\"state\":\"running\""), "the balancer runs", TimeSpan.FromSeconds(60));
        await using var load = new PingPong(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, port), kept: 4, fresh: 4);

        await Waiting.UntilAsync(() => load.Answers > 2000, "the load has its answers", TimeSpan.FromSeconds(60));
        IReadOnlyList<string> failures = await load.StopAsync();
        using (Process kill = Process.Start("kill", ["-TERM", File.ReadAllText(id).Trim()]))
        {
            await LbProcess.WaitForEndAsync(kill);
        }

        await LbProcess.WaitForEndAsync(shell);

        Assert.Empty(failures);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(100)]
    [InlineData(200)]
    public async Task Terminate_TwiceWithoutConnections_IsNoDeathBySignal(int millisecondsBetween)
    {
        using var backend = new EchoBackend();
        await using LbRun lb = await LbRun.StartAsync(Document(backend));
        string twice = string.Create(
            System.Globalization.CultureInfo.InvariantCulture, $"kill -TERM {lb.Process.Id}; sleep {millisecondsBetween / 1000.0}; kill -TERM {lb.Process.Id}");

        using Process kill = Process.Start("sh", ["-c", twice + " 2>/dev/null"]);
        await LbProcess.WaitForEndAsync(kill);
        await LbProcess.WaitForEndAsync(lb.Process);

        Assert.True(lb.Process.ExitCode is 0 or 130, $"It ended with {lb.Process.ExitCode}.");
    }

    [Theory]
    [InlineData("1s", 1, 0)]
    [InlineData("10m", 2, 130)]
    public async Task Terminate_OutputIsAPipeThatNobodyReads_EndsOnTime(string timeout, int signals, int expected)
    {
        // The pipe is full before it starts, and its other end stays open.
        const string Fill = """
            import os, sys
            reading, writing = os.pipe()
            os.set_inheritable(reading, True)
            os.set_blocking(writing, False)
            try:
                while True:
                    os.write(writing, b"x" * 4096)
            except BlockingIOError:
                pass
            os.set_blocking(writing, True)
            os.dup2(writing, 1)
            os.dup2(writing, 2)
            os.execvp(sys.argv[1], sys.argv[1:])
            """;
        using var backend = new EchoBackend();
        using var directory = new TemporaryDirectory();
        string admin = $"unix:{Path.Combine(directory.Path, "lb.sock")}";
        int port = FreePort.Find(System.Net.IPAddress.Loopback).Port;
        string file = Path.Combine(directory.Path, "lb.yaml");
        File.WriteAllText(file, $"admin: {{ bind: \"{admin}\" }}\ndrain: {{ timeout: {timeout}, spread: 0s }}\n{Document(backend, port)}");
        using Process process = Process.Start("python3", ["-c", Fill, .. LbProgram.Command, "run", file, "--log-level", "debug"]);
        await Waiting.UntilAsync(() => AskStatus(admin, "\"state\":\"running\""), "the balancer runs", TimeSpan.FromSeconds(60));
        using Peer held = await Peer.ConnectAsync(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, port));
        await Waiting.UntilAsync(() => AskStatus(admin, "\"activeConnections\":1"), "the client is placed", TimeSpan.FromSeconds(60));

        for (int i = 0; i < signals; i++)
        {
            using Process kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
            await LbProcess.WaitForEndAsync(kill);
            await Waiting.UntilAsync(
                () => process.HasExited || AskStatus(admin, "\"state\":\"draining\""), "the balancer drains", TimeSpan.FromSeconds(60));
        }

        await LbProcess.WaitForEndAsync(process);

        Assert.Equal(expected, process.ExitCode);
    }

    [Theory]
    [InlineData("HUP")]
    [InlineData("CONT")]
    [InlineData("PIPE")]
    [InlineData("USR1")]
    [InlineData("USR2")]
    public async Task Signal_ThatIsNoEnd_IsSurvivedInMasses(string signal)
    {
        using var backend = new EchoBackend();
        await using LbRun lb = await LbRun.StartAsync(Document(backend));
        await using var load = new PingPong(lb.EndPoint("web"), kept: 2, fresh: 2);

        for (int i = 0; i < 50; i++)
        {
            await lb.SignalAsync(signal);
        }

        long answers = load.Answers;
        await Waiting.UntilAsync(() => load.Answers > answers + 100, "the load goes on", TimeSpan.FromSeconds(60));

        Assert.Empty(await load.StopAsync());
    }

    private static bool AskStatus(LbRun lb, string text) => AskStatus(lb.AdminAddress, text);

    private static bool AskStatus(string admin, string text)
    {
        using var client = new LbEngine.ConsoleHost.Client.AdminClient(LbEngine.ConsoleHost.Admin.AdminAddress.TryParse(admin)!, "");
        try
        {
            byte[] reply = client.SendAsync(HttpMethod.Get, "v1/status", null, CancellationToken.None).GetAwaiter().GetResult();
            return System.Text.Encoding.UTF8.GetString(reply).Contains(text, StringComparison.Ordinal);
        }
        catch (LbEngine.ConsoleHost.Client.AdminClientException)
        {
            return false;
        }
    }

    private static string Document(EchoBackend backend, int port = 0) =>
        $"listeners: {{ web: {{ bind: 127.0.0.1:{port}, pool: site }} }}\npools: {{ site: {{ backends: {{ a: {{ address: {backend.EndPoint} }} }} }} }}\n";
}
