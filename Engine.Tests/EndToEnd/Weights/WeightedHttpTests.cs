// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Processes;
using LbEngine.Tests.Harness.Stages;

namespace LbEngine.Tests.EndToEnd.Weights;

/// <summary>The host and a file of six lines before two ordinary HTTP servers.</summary>
public sealed class WeightedHttpTests : EndToEndTest
{
    private const string Python = "/usr/bin/python3";
    private const int Cycles = 10;

    [PeerTheory(Python)]
    [InlineData("linux")]
    [InlineData("sockets")]
    public async Task Run_SixLinesWithWeights3And1_AnswersComeInThatProportion(string transport)
    {
        using var directory = new TemporaryDirectory();
        IPEndPoint heavy = await StartHttpAsync(directory, "heavy");
        IPEndPoint light = await StartHttpAsync(directory, "light");
        string file = Path.Combine(directory.Path, "lb.yaml");
        await File.WriteAllTextAsync(file, $$"""
            transport: {{transport}}
            listeners: { web: { bind: "127.0.0.1:0", pool: site } }
            pools:
              site:
                scheduler: smooth-weighted-round-robin
                backends: { heavy: { address: "{{heavy}}", weight: 3 }, light: { address: "{{light}}", weight: 1 } }
            """);
        ChildProcess host = Stage.Own(ChildProcess.Start(LbProgram.Command[0], [.. LbProgram.Command.Skip(1), "run", file]));
        string line = await host.WaitForLineAsync("listener web accepts on ", limit: TimeSpan.FromSeconds(20));
        var endPoint = IPEndPoint.Parse(line.Split(' ')[0]);

        var answers = new Dictionary<string, int>();
        for (int i = 0; i < 4 * Cycles; i++)
        {
            string answer = await GetAsync(endPoint);
            answers[answer] = answers.GetValueOrDefault(answer) + 1;
        }

        Assert.Equal(3 * Cycles, answers["heavy"]);
        Assert.Equal(Cycles, answers["light"]);
    }

    /// <summary>A connection per request, so that each request is placed anew.</summary>
    private static async Task<string> GetAsync(IPEndPoint endPoint)
    {
        using var handler = new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero, UseProxy = false };
        using var client = new HttpClient(handler) { Timeout = Waiting.DefaultLimit };
        return await client.GetStringAsync(new Uri($"http://{endPoint}/name"));
    }

    private async Task<IPEndPoint> StartHttpAsync(TemporaryDirectory directory, string name)
    {
        DirectoryInfo content = Directory.CreateDirectory(Path.Combine(directory.Path, name));
        await File.WriteAllTextAsync(Path.Combine(content.FullName, "name"), name);
        ChildProcess server = Stage.Own(ChildProcess.Start(
            Python, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", content.FullName));
        string line = await server.WaitForLineAsync("Serving HTTP on 127.0.0.1 port ");
        return new IPEndPoint(IPAddress.Loopback, int.Parse(line.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture));
    }
}
