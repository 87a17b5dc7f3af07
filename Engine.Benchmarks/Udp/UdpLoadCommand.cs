// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace LbEngine.Benchmarks.Udp;

/// <summary>
/// <c>udp-load --target 127.0.0.1:5300 --flows 200 --outstanding 4 --size 100 --seconds 5 [--burst] [--pid N]</c>: loads a balancer and prints one
/// line of JSON.
/// </summary>
internal static class UdpLoadCommand
{
    public const string Name = "udp-load";
    public const string Summary = "A client that checks every datagram: replies, losses, round trips, and the CPU time that each reply costs the process PID.";
    public const string Example = "udp-load --target 127.0.0.1:7000 --flows 200 --outstanding 4 --size 100 --seconds 5 --pid PID";

    private static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>Returns 1 when a datagram came back wrong.</summary>
    public static int Run(IReadOnlyList<string> words)
    {
        UdpLoadSettings settings = UdpLoadSettings.Parse(words);
        using var load = new UdpLoad(settings);
        using Process? watched = settings.ProcessId == 0 ? null : Process.GetProcessById(settings.ProcessId);
        load.WarmUp();
        TimeSpan processorBefore = ProcessorTime(watched);
        long dropsBefore = ReceiveQueueDrops();
        long start = Stopwatch.GetTimestamp();
        load.RunFor(TimeSpan.FromSeconds(settings.Seconds));
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        TimeSpan processor = ProcessorTime(watched) - processorBefore;
        LoadCounts counts = load.Counts;
        long replies = counts.Replies;
        int p50 = counts.LatencyMicroseconds(0.50);
        int p99 = counts.LatencyMicroseconds(0.99);
        load.Finish();
        var report = new UdpLoadReport(
            settings.Flows,
            settings.Outstanding,
            settings.Size,
            Math.Round(elapsed.TotalSeconds, 3),
            replies,
            (long)(replies / elapsed.TotalSeconds),
            counts.Lost,
            counts.Late,
            counts.Wrong,
            counts.Errors,
            ReceiveQueueDrops() - dropsBefore,
            p50,
            p99,
            watched is null ? null : Math.Round(processor.TotalMicroseconds / Math.Max(replies, 1), 3));
        Console.WriteLine(JsonSerializer.Serialize(report, Format));
        return counts.Wrong == 0 ? 0 : 1;
    }

    private static TimeSpan ProcessorTime(Process? process)
    {
        process?.Refresh();
        return process?.TotalProcessorTime ?? TimeSpan.Zero;
    }

    /// <summary>RcvbufErrors of IPv4 and IPv6 together.</summary>
    private static long ReceiveQueueDrops()
    {
        string[] udp = [.. File.ReadLines("/proc/net/snmp").Where(line => line.StartsWith("Udp: ", StringComparison.Ordinal))];
        int column = Array.IndexOf(udp[0].Split(' '), "RcvbufErrors");
        string? udp6 = File.Exists("/proc/net/snmp6")
            ? File.ReadLines("/proc/net/snmp6").FirstOrDefault(line => line.StartsWith("Udp6RcvbufErrors", StringComparison.Ordinal))
            : null;
        return long.Parse(udp[1].Split(' ')[column], CultureInfo.InvariantCulture)
            + (udp6 is null ? 0 : long.Parse(udp6.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture));
    }
}
