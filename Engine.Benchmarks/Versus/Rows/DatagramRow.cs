// SPDX-License-Identifier: MIT
using System.Text.Json;
using LbEngine.Benchmarks.Udp;
using LbEngine.Benchmarks.Versus.Contenders;
using LbEngine.Benchmarks.Versus.Tools;

namespace LbEngine.Benchmarks.Versus.Rows;

/// <summary>Datagrams to and fro, each of them checked.</summary>
/// <param name="name">The word for <c>--rows</c>.</param>
/// <param name="flows">Client ports.</param>
/// <param name="outstanding">Datagrams in flight on each.</param>
/// <param name="size">Bytes of each.</param>
/// <param name="inBursts">All of a flow at once.</param>
internal sealed class DatagramRow(string name, int flows, int outstanding, int size, bool inBursts) : IVersusRow
{
    private static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public string Name => name;

    public string Title =>
        $"UDP, {flows:#,0} flows with {outstanding} datagrams of {size:#,0} bytes in flight{(inBursts ? ", in bursts" : "")}: "
        + "microseconds of CPU per reply";

    public string Command =>
        $"udp-load --target 127.0.0.1:PORT --flows {flows} --outstanding {outstanding} --size {size} --seconds SECONDS"
        + (inBursts ? " --burst" : "");

    public bool Includes(Contender contender) => contender.RelaysDatagrams;

    public bool IsOnce => false;

    public double Weight => 1.7;

    public Sample Measure(Ring ring, Contender contender, int seconds)
    {
        string[] burst = inBursts ? ["--burst"] : [];
        string[] words =
        [
            typeof(DatagramRow).Assembly.Location, UdpLoadCommand.Name, "--target", $"127.0.0.1:{contender.Ports.Datagrams}",
            "--flows", $"{flows}", "--outstanding", $"{outstanding}", "--size", $"{size}", "--seconds", $"{seconds}",
            "--pid", $"{ring[contender].Ids[^1]}", .. burst,
        ];

        // The exit code says that a datagram was wrong; the report says how many.
        ToolRun run = ToolRun.Run("taskset", ["-c", ring.Plan.LoadCores, "dotnet", .. words]);
        UdpLoadReport report = Parse(run.Text);
        var details = new Dictionary<string, double> { ["lost"] = report.Lost, ["p99 us"] = report.P99Microseconds };
        return new Sample(report.ProcessorMicrosecondsPerReply ?? double.NaN, report.RepliesPerSecond, details, report.Errors, report.Wrong);
    }

    public string Dissect(Ring ring, Contender contender) => "";

    private static UdpLoadReport Parse(string text)
    {
        string? line = text.Split('\n').LastOrDefault(static one => one.StartsWith('{'));
        return (line is null ? null : JsonSerializer.Deserialize<UdpLoadReport>(line, Format))
            ?? throw new InvalidOperationException($"udp-load failed: {text.Trim()}");
    }
}
