// SPDX-License-Identifier: MIT
using System.Text.Json;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Streams;

namespace LbEngine.Tests.ConsoleHost.Client;

/// <summary>The commands of <c>lb</c> to a running <c>lb</c>, each a process of its own.</summary>
public class ControlCommandTests
{
    [Fact]
    public async Task Commands_OperatorsDay_DoWhatTheySay()
    {
        using var backend = new ScriptedBackend();
        await using LbRun lb = await LbRun.StartAsync(Document(backend, weight: 2));
        using Peer client = await Peer.ConnectAsync(lb.EndPoint("web"));
        using Peer other = await backend.AcceptAsync();

        (int status, string statusText, _) = await lb.CommandAsync("status");
        (int drain, _, _) = await lb.CommandAsync("drain", "site/a", "--wait", "1ms");
        (int degraded, _, _) = await lb.CommandAsync("status");
        (int weight, string weightText, _) = await lb.CommandAsync("weight", "site/a", "9");
        (_, string connections, _) = await lb.CommandAsync("connections", "--client", "127.0.0.1", "--json");
        using var document = JsonDocument.Parse(connections);
        (_, string over, _) = await lb.CommandAsync("connections", "--over", "10ms");
        string id = document.RootElement.GetProperty("connections")[0].GetProperty("id").GetString()!;
        (int kill, string killText, _) = await lb.CommandAsync("kill", id);
        Observation end = await client.ReceiveToEndAsync();
        (int drained, _, _) = await lb.CommandAsync("drain", "site/a", "--wait", "30s");
        (int ready, string readyText, _) = await lb.CommandAsync("ready", "site/a", "--json");

        Assert.Equal((0, 3, 4, 0, 0), (status, drain, degraded, weight, kill));
        Assert.Equal((0, 0), (drained, ready));
        string[] head = statusText.Split('\n');
        Assert.Matches(@"^running, up for \d+\.\d[sm], version \d+\.\d+\.\d+, \w+ transport$", head[0]);
        Assert.Matches(@"lb\.yaml, loaded \d+\.\d[sm] ago$", head[1]);
        Assert.Matches(@"^1 of \d+ connections and flows", head[2]);
        Assert.Matches(@"site/a +127\.0\.0\.1:\d+ +draining +unchecked +9 +1 ", weightText);
        Assert.Matches(@"B/S +DOWN +B/S\n.* relaying +\S+ +\S+ +0 +0 +0 +0\n", over);
        Assert.Equal($"closed {id}\n", killText);
        Assert.NotEqual(PeerEnd.Open, end.End);
        Assert.Contains("\"state\":\"ready\"", readyText, StringComparison.Ordinal);
        Assert.All(statusText.Split('\n'), line => Assert.InRange(line.Length, 0, 100));
    }

    [Fact]
    public async Task Reload_EditedThenBrokenThenPortTaken_ChangesAllOrNothing()
    {
        using var backend = new ScriptedBackend();
        using var taken = new ScriptedBackend();
        await using LbRun lb = await LbRun.StartAsync(Document(backend, weight: 2));
        lb.Write(Document(backend, weight: 5));

        (int diff, string diffText, _) = await lb.CommandAsync("diff", lb.File);
        (int reload, string reloadText, _) = await lb.CommandAsync("reload");
        lb.Write(Document(backend, weight: 6) + "nonsense: 1\n");
        (int broken, _, string brokenText) = await lb.CommandAsync("reload");
        (_, string status, _) = await lb.CommandAsync("status");
        lb.Write(Document(backend, weight: 7, more: $", second: {{ bind: \"{taken.EndPoint}\", pool: site }}"));
        (int conflict, _, string conflictText) = await lb.CommandAsync("reload");
        (_, string backends, _) = await lb.CommandAsync("backends", "--json");

        Assert.Equal((0, 0, 1, 1), (diff, reload, broken, conflict));
        Assert.Equal(diffText, reloadText);
        Assert.Matches(@"changed +pools\.site\.backends\.a\.weight +2 +5 +0", diffText);
        Assert.StartsWith($"{lb.File}:4: nonsense: is not a known setting", brokenText, StringComparison.Ordinal);
        Assert.EndsWith(" ago; changed since, not loaded", status.Split('\n')[1], StringComparison.Ordinal);
        Assert.StartsWith($"listeners.second.bind: cannot listen on {taken.EndPoint}", conflictText, StringComparison.Ordinal);
        Assert.Contains("\"weight\":5", backends, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Diff_FileThatAReloadWouldRefuse_SaysWhyBeforehand()
    {
        using var backend = new ScriptedBackend();
        await using LbRun lb = await LbRun.StartAsync(Document(backend, weight: 2));
        lb.Write(Document(backend, weight: 5) + "reactors: 7\n");

        (int diff, string text, _) = await lb.CommandAsync("diff", lb.File);
        (int reload, _, string refusal) = await lb.CommandAsync("reload");

        Assert.Equal((1, 1), (diff, reload));
        Assert.Matches(@"changed +pools\.site\.backends\.a\.weight +2 +5 +0", text);
        Assert.Contains("lb reload would refuse this: ", text, StringComparison.Ordinal);
        Assert.Contains(refusal.Trim().Split('\n')[^1], text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Drain_RestartWithAStateFile_IsRemembered()
    {
        using var backend = new ScriptedBackend();
        using var directory = new TemporaryDirectory();
        string state = Path.Combine(directory.Path, "state.json");
        await using (LbRun first = await LbRun.StartAsync(Document(backend, weight: 2), null, "--state", state))
        {
            _ = await first.CommandAsync("maintenance", "site/a");
            await first.SignalAsync("KILL");
            await LbProcess.WaitForEndAsync(first.Process);
        }

        await using LbRun second = await LbRun.StartAsync(Document(backend, weight: 2), new Dictionary<string, string> { ["STATE_DIRECTORY"] = directory.Path });
        (_, string backends, _) = await second.CommandAsync("backends", "--json");

        Assert.Contains("\"state\":\"maintenance\"", backends, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("status", 2, "no balancer answers at unix:/no/such.sock: there is no such socket file")]
    [InlineData("reload", 2, "no balancer answers at")]
    [InlineData("drain site", 1, "A backend is named POOL/BACKEND, such as site/a, was 'site'.")]
    [InlineData("connections --over 2", 1, "--over must be a duration such as 60s")]
    [InlineData("connections --over 0s", 1, "--over must be a duration such as 60s")]
    [InlineData("drain site/a --wait 60", 1, "--wait must be a duration such as 60s")]
    [InlineData("weight site/a 70000", 1, "A weight is a whole number from 0 to 65535")]
    [InlineData("status --admin 10.0.0.1:80", 1, "--admin must be unix:FILE or a loopback address")]
    [InlineData("diff /no/such/lb.yaml", 1, "/no/such/lb.yaml: there is no such file")]
    public async Task Command_ThatCannotBe_SaysWhyAndExitsWithItsCode(string command, int expected, string reason)
    {
        string[] arguments = command.Split(' ');
        string[] address = command.Contains("--admin", StringComparison.Ordinal) ? [] : ["--admin", "unix:/no/such.sock"];

        (int exitCode, _, string errors) = await LbProcess.RunAsync([.. arguments, .. address]);

        Assert.Equal(expected, exitCode);
        Assert.Contains(reason, errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fifteen-letters", "LB_ADMIN_TOKEN must have 16 characters or more, was 15: write what openssl rand -hex 16 prints, as admin.token of the balancer")]
    [InlineData("0123456789abcdef\n", "LB_ADMIN_TOKEN must be made of letters, digits and signs of ASCII without blanks")]
    [InlineData("0123456789abcdef ü", "LB_ADMIN_TOKEN must be made of letters, digits and signs of ASCII without blanks")]
    public async Task Command_TokenThatNoBalancerHas_SaysWhatToWriteBeforeItAsks(string token, string expected)
    {
        foreach (string command in (string[])["status", "doctor site/a", "drain site/a"])
        {
            using System.Diagnostics.Process lb = LbProcess.StartWith(
                new Dictionary<string, string> { ["LB_ADMIN"] = "unix:/no/such.sock", ["LB_ADMIN_TOKEN"] = token }, command.Split(' '));
            Task<string> errors = lb.StandardError.ReadToEndAsync();
            await LbProcess.WaitForEndAsync(lb);

            Assert.Equal(command.StartsWith("doctor", StringComparison.Ordinal) ? 2 : 1, lb.ExitCode);
            Assert.StartsWith(expected, await errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Suggest_HalfAWord_OffersCommandsForTheShell()
    {
        (int exitCode, string output, _) = await LbProcess.RunAsync("[suggest:2]", "re");

        Assert.Equal(0, exitCode);
        Assert.Contains("reload", output.Split('\n'));
        Assert.Contains("ready", output.Split('\n'));
    }

    [Fact]
    public async Task Run_AdminPortWithAToken_AnswersOnlyWithIt()
    {
        int port = FreePort.Find(System.Net.IPAddress.Loopback).Port;
        using var file = new TemporaryFile("lb.yaml", $"admin: {{ bind: \"127.0.0.1:{port}\", token: s3cret-0123456789 }}\nlisteners: {{ web: {{ bind: 127.0.0.1:0, pool: site }} }}\npools: {{ site: {{ backends: {{ a: {{ address: 127.0.0.1:9 }} }} }} }}\n");
        using System.Diagnostics.Process lb = LbProcess.Start("run", file.Path);
        _ = await LbProcess.WaitForLineAsync(lb, $"admin listens on 127.0.0.1:{port}");

        (int without, _, string errors) = await LbProcess.RunAsync("status", "--admin", $"127.0.0.1:{port}");
        using System.Diagnostics.Process asking = LbProcess.StartWith(new Dictionary<string, string> { ["LB_ADMIN"] = $"127.0.0.1:{port}", ["LB_ADMIN_TOKEN"] = "s3cret-0123456789" }, ["status"]);
        await LbProcess.WaitForEndAsync(asking);
        lb.Kill();
        await LbProcess.WaitForEndAsync(lb);

        Assert.Equal((1, 0), (without, asking.ExitCode));
        Assert.Contains("the token is missing or wrong: set LB_ADMIN_TOKEN", errors, StringComparison.Ordinal);
    }

    private static string Document(ScriptedBackend backend, int weight, string more = "") =>
        $"listeners: {{ web: {{ bind: 127.0.0.1:0, pool: site }}{more} }}\npools: {{ site: {{ backends: {{ a: {{ address: {backend.EndPoint}, weight: {weight} }} }} }} }}\n";
}
