// SPDX-License-Identifier: MIT
using LbEngine.Benchmarks.Versus.Contenders;
using LbEngine.Benchmarks.Versus.Tools;

namespace LbEngine.Benchmarks.Versus.Rows;

/// <summary>Small messages to and fro at one rate for all, or each as soon as the one before is back.</summary>
/// <remarks>Not sockperf's under-load: its sender spins, and takes from the backend the core that they share.</remarks>
/// <param name="messagesPerSecond">0: one after the other.</param>
internal sealed class LatencyRow(int messagesPerSecond) : IVersusRow
{
    private bool IsPaced => messagesPerSecond > 0;

    public string Name => IsPaced ? "latency" : "ping-pong";

    public string Title => IsPaced
        ? $"Latency of 100 bytes at {messagesPerSecond:#,0} messages per second: p99 in microseconds, half a round trip"
        : "Latency of 100 bytes, one message after the other: p99 in microseconds, half a round trip";

    public string Command => $"sockperf {string.Join(' ', Mode)} --tcp -i 127.0.0.1 -p PORT -m 100 -t SECONDS";

    private string[] Mode => IsPaced ? ["ping-pong", $"--mps={messagesPerSecond}"] : ["ping-pong"];

    public bool Includes(Contender contender) => true;

    public bool IsOnce => false;

    public double Weight => 3;

    public Sample Measure(Ring ring, Contender contender, int seconds)
    {
        double before = ring[contender].ReadProcessorMicroseconds();
        SockperfOutput output = SockperfOutput.Parse(ToolRun.RunPinned(
            ring.Plan.LoadCores,
            ring.Tools["sockperf"],
            [.. Mode, "--tcp", "-i", "127.0.0.1", "-p", $"{contender.Ports.Ping}", "-m", "100", "-t", $"{seconds}"]));
        double spent = ring[contender].ReadProcessorMicroseconds() - before;
        var details = new Dictionary<string, double> { ["p50 us"] = output.P50, ["p99.9 us"] = output.P999, ["CPU ms"] = spent / 1e3 };
        return new Sample(output.P99, output.Messages / output.Seconds, details);
    }

    public string Dissect(Ring ring, Contender contender) => "";
}
