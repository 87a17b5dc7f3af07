// SPDX-License-Identifier: MIT
using System.Globalization;
using LbEngine.Tests.Harness;

namespace LbEngine.Tests.ConsoleHost.Control;

/// <summary>Reloads of a real <c>lb run</c> while clients come, ask and go.</summary>
public class ReloadUnderLoadTests
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    [Theory]
    [InlineData("linux")]
    [InlineData("sockets")]
    public async Task Reload_HundredTimesInTenSeconds_DropsNothingAndLeaksNothing(string transport)
    {
        const int Reloads = 100;
        using var a = new EchoBackend();
        using var b = new EchoBackend();
        await using LbRun lb = await LbRun.StartAsync(Document(transport, a, null, 1), null, "--log-level", "warning");
        await using var load = new PingPong(lb.EndPoint("web"), kept: 10, fresh: 4);
        await WaitForAnswersAsync(load, 100);
        int before = CountDescriptors(lb.Process.Id);

        using var timer = new PeriodicTimer(Pause);
        for (int i = 1; i <= Reloads; i++)
        {
            // Every other document has one more backend and one more listener, and other weights.
            lb.Write(Document(transport, a, i % 2 == 0 ? null : b, i));
            await lb.SignalAsync("HUP");
            await timer.WaitForNextTickAsync();
        }

        (int exitCode, string reload, string errors) = await lb.CommandAsync("reload");
        await WaitForAnswersAsync(load, load.Answers + 100);
        IReadOnlyList<string> failures = await load.StopAsync();
        (_, string backends, _) = await lb.CommandAsync("backends", "--json");

        Assert.Empty(failures);
        Assert.True(exitCode == 0, errors + reload);
        Assert.Contains($"\"weight\":{Reloads}", backends, StringComparison.Ordinal);
        Assert.DoesNotContain(lb.Lines, line => line.Contains("fail:", StringComparison.Ordinal) || line.Contains("crit:", StringComparison.Ordinal));
        await Waiting.UntilAsync(
            () => CountDescriptors(lb.Process.Id) <= before + 16, "descriptors are given back", TimeSpan.FromSeconds(60), () => $"before {before}, now {CountDescriptors(lb.Process.Id)}");
    }

    [Fact]
    public async Task Watch_FileIsEdited_GoesByItWithoutBeingAsked()
    {
        using var a = new EchoBackend();
        await using LbRun lb = await LbRun.StartAsync(Document("auto", a, null, 1), null, "--watch");

        lb.Write(Document("auto", a, null, 77));
        _ = await lb.WaitForLineAsync("because of a change of the file; changes: 1");
        int lines = lb.Lines.Count;
        lb.Write(Document("auto", a, null, 78) + "nonsense: 1\n");
        string refused = await lb.WaitForLineAsync("refused", lines);
        (_, string backends, _) = await lb.CommandAsync("backends", "--json");

        Assert.Contains($"{lb.File}:5: nonsense", refused, StringComparison.Ordinal);
        Assert.Contains("\"weight\":77", backends, StringComparison.Ordinal);
    }

    private static Task WaitForAnswersAsync(PingPong load, long count) =>
        Waiting.UntilAsync(() => load.Answers >= count, $"the load has {count} answers", TimeSpan.FromSeconds(60));

    private static int CountDescriptors(int process) => Directory.EnumerateFiles($"/proc/{process.ToString(CultureInfo.InvariantCulture)}/fd").Count();

    private static string Document(string transport, EchoBackend a, EchoBackend? b, int weight)
    {
        string second = b is null ? "" : $", b: {{ address: {b.EndPoint} }}";
        string listener = b is null ? "" : ", extra: { bind: 127.0.0.1:0, pool: site }";
        return $"transport: {transport}\nlisteners: {{ web: {{ bind: 127.0.0.1:0, pool: site }}{listener} }}\npools: {{ site: {{ backends: {{ a: {{ address: {a.EndPoint}, weight: {weight} }}{second} }} }} }}\n";
    }
}
