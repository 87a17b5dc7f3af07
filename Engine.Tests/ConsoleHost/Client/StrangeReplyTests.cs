// SPDX-License-Identifier: MIT
using System.CommandLine;
using System.Net.Sockets;
using System.Text;
using LbEngine.ConsoleHost.Commands;
using LbEngine.Tests.Harness;

namespace LbEngine.Tests.ConsoleHost.Client;

/// <summary>Whoever answers at the address need be no balancer: every command against every wrong kind of answer.</summary>
public class StrangeReplyTests
{
    private const string Escape = "\u001b[31m\u009b2J\u202e";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static readonly string[] Commands =
    [
        "status", "backends", "connections", "affinity", "drain site/a", "drain site/a --wait 1ms", "ready site/a", "maintenance site/a", "weight site/a 5",
        "kill 1-1", "reload", "diff FILE", "doctor", "doctor site/a", "status --json", "backends --json",
    ];

    /// <summary>Each a sentence, and what is sent.</summary>
    private static readonly (string What, string Answer)[] Answers =
    [
        ("nothing", ""),
        ("an empty object", FakeBalancer.Http("{}")),
        ("null", FakeBalancer.Http("null")),
        ("a list", FakeBalancer.Http("[]")),
        ("a list of nulls", FakeBalancer.Http("[null]")),
        ("a text", FakeBalancer.Http("\"closed\"")),
        ("no body", FakeBalancer.Http("")),
        ("no content", "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"),
        ("half of an object", FakeBalancer.Http("{\"backends\":[")),
        ("nulls for members", FakeBalancer.Http(
            """
            {"state":null,"transport":null,"listeners":null,"pools":null,"closed":null,"rejected":null,"dropped":null,"backends":null,"connections":null,
            "entries":null,"changes":null,"warnings":null,"refusals":null}
            """)),
        ("nulls in lists", FakeBalancer.Http(
            """
            {"state":"running","transport":"linux","capacity":1,"activeConnections":0,"listeners":[null],"pools":[null],"closed":{},"rejected":{},"dropped":{},
            "backends":[null],"names":[null],"connections":[null],"isTruncated":false,"entries":[null],"changes":[null],"warnings":[null],"refusals":[null]}
            """)),
        ("members of another type", FakeBalancer.Http(
            """{"state":1,"listeners":{},"pools":3,"backends":"a","connections":{},"entries":7,"changes":true,"warnings":{},"refusals":"","closed":[]}""")),
        ("a member twice", FakeBalancer.Http("""{"backends":[],"backends":[],"closed":"1-1","closed":"1-2"}""")),
        ("another's closed connection", FakeBalancer.Http("""{"closed":"7-7"}""")),
        ("a web page", FakeBalancer.Http("<html><body>It works!</body></html>")),
        ("a redirect", "HTTP/1.1 302 Found\r\nLocation: http://localhost/v1/other\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
        ("another protocol", "SSH-2.0-OpenSSH_9.2\r\n"),
        ("an error with escapes", FakeBalancer.Http($$"""{"error":"no {{Escape}} way\r\nclosed 1-1"}""".Replace("\u001b", "\\u001b", StringComparison.Ordinal), "409 Conflict")),
        ("an error of nothing", FakeBalancer.Http("{}", "500 Internal Server Error")),
        ("an error of nulls", FakeBalancer.Http("""{"error":null,"mistakes":[null]}""", "422 Unprocessable Entity")),
        ("a status line with escapes", $"HTTP/9.9 {Escape}\r\n\r\n"),
    ];

    public static TheoryData<string> All => [.. Answers.Select(answer => answer.What)];

    [Theory]
    [MemberData(nameof(All))]
    public async Task Command_AnswerOfNoBalancer_FailsInOneLineWithoutATrace(string what)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(Answers.First(answer => answer.What == what).Answer);
        await using var fake = new FakeBalancer(async (stream, end) => await stream.WriteAsync(bytes, end));
        using var file = new TemporaryFile("lb.yaml", "listeners: { web: { bind: \"127.0.0.1:0\", pool: site } }\npools: { site: { backends: { a: { address: \"127.0.0.1:1\" } } } }\n");

        foreach (string command in Commands)
        {
            (int exitCode, string output, string errors) = await RunAsync($"{command.Replace("FILE", file.Path, StringComparison.Ordinal)} --admin {fake.Address}");

            Assert.True(exitCode is 1 or 2 or 3, $"lb {command} exits with {exitCode}: {output}");
            Assert.True(errors.Trim().Length > 0, $"lb {command} does not say why.");
            Assert.DoesNotContain("   at ", output + errors, StringComparison.Ordinal);
            Assert.DoesNotContain("closed 1-1\n", output, StringComparison.Ordinal);
            Assert.All((output + errors).Where(char.IsControl), letter => Assert.Equal('\n', letter));
            Assert.DoesNotContain('\u202e', output + errors);
        }
    }

    [Theory]
    [InlineData("status")]
    [InlineData("kill 1-1")]
    public async Task Command_AnswerWithoutEnd_IsGivenUpAt64MiB(string command)
    {
        await using var fake = new FakeBalancer(SendForEverAsync);

        (int exitCode, _, string errors) = await RunAsync($"{command} --admin {fake.Address}");

        Assert.Equal(1, exitCode);
        Assert.Contains("larger than that of any balancer", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Backends_NamesWithEscapes_ReachTheTerminalSpeltOut()
    {
        string name = $"a{Escape}".Replace("\u001b", "\\u001b", StringComparison.Ordinal);
        string reply = FakeBalancer.Http(
            $$"""{"backends":[{"pool":"site","name":"{{name}}","address":"10.0.0.1:80","state":"ready","health":"up","isEjected":false,"weight":1,"activeConnections":0,"totalConnections":0,"connectFailures":0,"resets":0,"slowStartPercent":100}]}""");
        await using var fake = new FakeBalancer(async (stream, end) => await stream.WriteAsync(Encoding.UTF8.GetBytes(reply), end));

        (int text, string lines, _) = await RunAsync($"backends --admin {fake.Address}");
        (int json, string document, _) = await RunAsync($"backends --json --admin {fake.Address}");

        Assert.Equal((0, 0), (text, json));
        Assert.Contains("site/a\\u001b[31m\\u009b2J\\u202e", lines, StringComparison.Ordinal);
        Assert.Contains("\"name\":\"a\\u001b[31m\\u009b2J\\u202e\"", document, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("status", """{"state":"running","transport":"linux","capacity":8,"activeConnections":0,"listeners":[{"name":"web","protocol":"tcp","address":"10.0.0.1:80","pool":"site","activeConnections":0,"acceptedConnections":0,"rejectedConnections":0,"state":"accepting","maxConnections":0,"heldConnections":0}],"pools":[],"closed":{},"rejected":{},"dropped":{}}""")]
    [InlineData("status", """{"state":"running","transport":"linux","capacity":8,"activeConnections":0,"listeners":[],"pools":[],"closed":{},"rejected":{},"dropped":{},"ofALaterVersion":{"a":[1]}}""")]
    [InlineData("backends", """{"backends":[],"ofALaterVersion":1}""")]
    public async Task Command_AnswerOfAnotherVersion_IsShown(string command, string answer)
    {
        await using var fake = new FakeBalancer(async (stream, end) => await stream.WriteAsync(Encoding.UTF8.GetBytes(FakeBalancer.Http(answer)), end));

        (int exitCode, string output, string errors) = await RunAsync($"{command} --admin {fake.Address}");

        Assert.Equal((0, ""), (exitCode, errors));
        Assert.NotEmpty(output);
        Assert.DoesNotContain("NEW/S", output, StringComparison.Ordinal);
    }

    private static async Task SendForEverAsync(NetworkStream stream, CancellationToken end)
    {
        byte[] piece = Encoding.ASCII.GetBytes(new string('x', 1 << 20));
        await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n{\"closed\":\""u8.ToArray(), end);
        while (true)
        {
            await stream.WriteAsync(piece, end);
        }
    }

    private static async Task<(int ExitCode, string Output, string Errors)> RunAsync(string command)
    {
        using var console = new CapturedConsole();
        var settings = new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false };
        int exitCode = await Waiting.ForAsync(
            async token => await LbCommand.Create().Parse(command.Split(' ')).InvokeAsync(settings, token), $"lb {command}", Limit);
        return (exitCode, console.Output, console.Errors);
    }
}
