// SPDX-License-Identifier: MIT
using System.Globalization;
using LbEngine.Tests.ConsoleHost.Control;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Harness.Streams;

namespace LbEngine.Tests.ConsoleHost;

/// <summary>Somebody sets the clock of the balancer's host: nothing ends early, nobody is taken out. libfaketime plays the clock.</summary>
[Collection(EndToEndGroup.Name)]
public class WallClockTests
{
    private const string FakeTime = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1";

    [PeerTheory(FakeTime)]
    [InlineData("linux")]
    [InlineData("sockets")]
    public async Task Clock_JumpsAnHourForwardsAndTwoBack_NothingEndsAndNobodyIsDown(string transport)
    {
        using var backend = new EchoBackend();
        using var directory = new TemporaryDirectory();
        string clock = Path.Combine(directory.Path, "clock");
        await SetAsync(clock, "+0");
        var environment = new Dictionary<string, string>
        {
            ["LD_PRELOAD"] = FakeTime,
            ["FAKETIME_TIMESTAMP_FILE"] = clock,
            ["FAKETIME_NO_CACHE"] = "1",
            ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
        };
        await using LbRun lb = await LbRun.StartAsync(Document(backend, transport), environment);
        EchoPeer client = await EchoPeer.ConnectAsync(lb.EndPoint("web"));
        await client.EchoAsync();
        DateTime first = await ReadClockAsync(lb, 2);

        await SetAsync(clock, "+3600");
        DateTime later = await ReadClockAsync(lb, 3);
        await client.EchoAsync();
        await SetAsync(clock, "-3600");
        DateTime earlier = await ReadClockAsync(lb, 4);
        await client.EchoAsync();
        (int exitCode, string affinity, _) = await lb.CommandAsync("affinity");
        (_, string backends, _) = await lb.CommandAsync("backends");
        await client.FinishAsync();

        Assert.InRange(later - first, TimeSpan.FromMinutes(59), TimeSpan.FromMinutes(65));
        Assert.InRange(first - earlier, TimeSpan.FromMinutes(55), TimeSpan.FromMinutes(60));
        Assert.Contains("127.0.0.1", affinity, StringComparison.Ordinal);
        Assert.Contains(" up ", backends, StringComparison.Ordinal);
        Assert.Equal(0, exitCode);
        Assert.DoesNotContain(lb.Lines, line => line.Contains("is down", StringComparison.Ordinal));
        await lb.SignalAsync("TERM");
        await LbProcess.WaitForEndAsync(lb.Process);
        Assert.Contains("done: 1 connection ended (Completed 1), 0 rejected", lb.Lines);
    }

    /// <summary>Changes a weight and returns when the balancer says that it did: the proof that its clock was set.</summary>
    private static async Task<DateTime> ReadClockAsync(LbRun lb, int weight)
    {
        // Some probes first, so that a jump between two of them would show.
        using (var some = new PeriodicTimer(TimeSpan.FromMilliseconds(500)))
        {
            await some.WaitForNextTickAsync();
        }

        _ = await lb.CommandAsync("weight", "site/a", weight.ToString(CultureInfo.InvariantCulture));
        string line = await lb.WaitForLineAsync($"weight {weight}");
        return DateTime.ParseExact(line[..19], "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
    }

    private static async Task SetAsync(string clock, string offset)
    {
        // Whole, or not at all: the balancer reads it at any moment.
        await File.WriteAllTextAsync(clock + ".new", offset + "\n");
        File.Move(clock + ".new", clock, overwrite: true);
    }

    private static string Document(EchoBackend backend, string transport) => $$"""
        transport: {{transport}}
        listeners: { web: { bind: 127.0.0.1:0, pool: site, idleTimeout: 60s } }
        pools:
          site:
            affinity: { timeout: 60s }
            health: { type: tcp, interval: 100ms, fastInterval: 100ms, timeout: 2s, fall: 1 }
            backends: { a: { address: {{backend.EndPoint}} } }
        """;
}
