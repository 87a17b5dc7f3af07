// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Globalization;
using LbEngine.Tests.Harness.Host;

namespace LbEngine.Tests.ConsoleHost.Systemd;

/// <summary>What a real <c>lb run</c> tells its service manager.</summary>
public class ServiceNotifierTests
{
    private const string Document = "listeners: { web: { bind: 127.0.0.1:0, pool: site } }\npools: { site: { backends: { a: { address: 127.0.0.1:9 } } } }\n";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Run_UnderAServiceManager_TellsEachStepOfItsLife(bool isAbstract)
    {
        using var directory = new TemporaryDirectory();
        using var manager = new FakeServiceManager(isAbstract ? $"@lb-test-{Guid.NewGuid():N}" : Path.Combine(directory.Path, "notify"));
        await using LbRun lb = await LbRun.StartAsync(Document, new Dictionary<string, string> { ["NOTIFY_SOCKET"] = manager.Address });
        string[] ready = await manager.ReceiveAsync("READY=1");

        long before = Monotonic();
        await lb.SignalAsync("HUP");
        string[] reloading = await manager.ReceiveAsync("RELOADING=1");
        long after = Monotonic();
        string[] again = await manager.ReceiveAsync("READY=1 after the reload");
        await lb.SignalAsync("TERM");
        string[] stopping = await manager.ReceiveAsync("STOPPING=1");
        await LbProcess.WaitForEndAsync(lb.Process);

        Assert.Equal(("READY=1", "RELOADING=1", "READY=1", "STOPPING=1"), (ready[0], reloading[0], again[0], stopping[0]));
        Assert.StartsWith("MONOTONIC_USEC=", reloading[1], StringComparison.Ordinal);
        Assert.InRange(long.Parse(reloading[1].Split('=')[1], CultureInfo.InvariantCulture), before, after);
        Assert.Equal(0, lb.Process.ExitCode);
    }

    [Fact]
    public async Task Run_WithAWatchdog_SendsHeartbeats()
    {
        using var directory = new TemporaryDirectory();
        using var manager = new FakeServiceManager(Path.Combine(directory.Path, "notify"));
        await using LbRun lb = await LbRun.StartAsync(
            Document, new Dictionary<string, string> { ["NOTIFY_SOCKET"] = manager.Address, ["WATCHDOG_USEC"] = "200000" });

        int beats = 0;
        while (beats < 3)
        {
            beats += (await manager.ReceiveAnyAsync("WATCHDOG=1")).Contains("WATCHDOG=1") ? 1 : 0;
        }

        Assert.Equal(3, beats);
    }

    [Theory]
    [InlineData("/no/such/socket")]
    [InlineData("relative")]
    [InlineData("vsock:2:1234")]
    public async Task Run_NotifySocketThatIsNone_ServesAllTheSame(string address)
    {
        await using LbRun lb = await LbRun.StartAsync(Document, new Dictionary<string, string> { ["NOTIFY_SOCKET"] = address });

        (int exitCode, _, _) = await lb.CommandAsync("status");

        Assert.Equal(0, exitCode);
    }

    /// <summary>CLOCK_MONOTONIC in microseconds, which .NET's timestamps are on Linux.</summary>
    private static long Monotonic() => (long)((Int128)Stopwatch.GetTimestamp() * 1_000_000 / Stopwatch.Frequency);
}
