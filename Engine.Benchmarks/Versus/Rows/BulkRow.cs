// SPDX-License-Identifier: MIT
using LbEngine.Benchmarks.Versus.Contenders;
using LbEngine.Benchmarks.Versus.Tools;

namespace LbEngine.Benchmarks.Versus.Rows;

/// <summary>Long streams as fast as they go.</summary>
/// <param name="streams">How many at a time.</param>
/// <param name="isDown">From the backend to the client.</param>
internal sealed class BulkRow(int streams, bool isDown) : IVersusRow
{
    private const int MostAttempts = 10;

    public string Name => $"bulk-{(isDown ? "down" : "up")}-{streams}";

    public string Title => $"Bulk {(isDown ? "from" : "to")} the backend, {(streams == 1 ? "1 stream" : $"{streams} streams")}: milliseconds of CPU per GB";

    public string Command => $"iperf3 -c 127.0.0.1 -p PORT -t SECONDS -P {streams} -J{(isDown ? " -R" : "")}";

    public bool Includes(Contender contender) => contender.IsBalancer;

    public bool IsOnce => false;

    public double Weight => 1;

    public Sample Measure(Ring ring, Contender contender, int seconds)
    {
        double before = 0;
        ToolRun run = default;
        for (int attempt = 0; attempt < MostAttempts; attempt++)
        {
            before = ring[contender].ReadProcessorMicroseconds();
            run = Load(ring, contender, seconds);
            if (!run.Text.Contains("server is busy", StringComparison.Ordinal))
            {
                break;
            }

            // One iperf3 serves all contenders, one after the other, and has not seen yet that the test before is over.
            Thread.Sleep(500);
        }

        IperfOutput output = IperfOutput.Parse(run.Text);
        double gigabytes = output.Bytes / 1e9;
        double milliseconds = (ring[contender].ReadProcessorMicroseconds() - before) / 1e3;
        return new Sample(milliseconds / gigabytes, gigabytes / output.Seconds, new Dictionary<string, double>());
    }

    public string Dissect(Ring ring, Contender contender) => "";

    private ToolRun Load(Ring ring, Contender contender, int seconds)
    {
        string[] direction = isDown ? ["-R"] : [];
        string[] words = ["-c", "127.0.0.1", "-p", $"{contender.Ports.Bulk}", "-t", $"{seconds}", "-P", $"{streams}", "-J", .. direction];
        return ToolRun.Run("taskset", ["-c", ring.Plan.LoadCores, ring.Tools["iperf3"], .. words]);
    }
}
