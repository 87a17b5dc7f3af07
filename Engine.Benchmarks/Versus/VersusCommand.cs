// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Runtime.InteropServices;
using LbEngine.Benchmarks.Measuring;
using LbEngine.Benchmarks.Udp;
using LbEngine.Benchmarks.Versus.Contenders;
using LbEngine.Benchmarks.Versus.Results;
using LbEngine.Benchmarks.Versus.Rows;
using LbEngine.Benchmarks.Versus.Tools;

namespace LbEngine.Benchmarks.Versus;

/// <summary><c>versus [--quick] [--rows NAMES] [--rounds N] [--bare] [--native FILE]</c>: this engine, HAProxy and nginx side by side.</summary>
internal static class VersusCommand
{
    public const string Name = "versus";
    public const string Summary =
        "LbEngine, HAProxy and nginx side by side under wrk, iperf3, sockperf and a UDP load that checks every datagram "
        + "(30 minutes; --quick 6).";
    public const string Example = "versus --quick --rows short,kept";

    private static readonly string NativeLine =
        $"dotnet publish samples/ConsoleHost -c Release -r {RuntimeInformation.RuntimeIdentifier} -p:PublishAot=true -o artifacts/native";

    private const string HelpWord = "help";
    private const int Mistake = 2;
    private const int Failure = 1;

    private static readonly IVersusRow[] AllRows =
    [
        new BaseRow(),
        WebRow.Short,
        WebRow.Kept,
        WebRow.ProxyOut,
        WebRow.ProxyIn,
        WebRow.Named,
        new BulkRow(streams: 1, isDown: false),
        new BulkRow(streams: 1, isDown: true),
        new BulkRow(streams: 16, isDown: false),
        new BulkRow(streams: 16, isDown: true),
        new LatencyRow(messagesPerSecond: 5_000),
        new LatencyRow(messagesPerSecond: 0),
        new DatagramRow("udp-200", flows: 200, outstanding: 4, size: 100, inBursts: false),
        new DatagramRow("udp-16", flows: 16, outstanding: 32, size: 1200, inBursts: false),
        new DatagramRow("udp-16-burst", flows: 16, outstanding: 32, size: 1200, inBursts: true),
        new DatagramRow("udp-2000", flows: 2000, outstanding: 1, size: 100, inBursts: false),
        new IdleRow(),
    ];

    /// <summary>Rows whose cost is told well enough by a few seconds.</summary>
    private static readonly string[] QuickRows = ["base", "short", "kept", "bulk-up-1", "bulk-down-1", "latency", "udp-200", "udp-16-burst", "idle"];

    private static string FileName => $"versus-linux-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}.md";

    public static int Run(IReadOnlyList<string> words)
    {
        var settings = new CommandSettings(words);
        bool isQuick = settings.Switch("quick");
        if (settings.Switch("rows") && settings.Text("rows") == HelpWord)
        {
            Console.Write(ListRows());
            return 0;
        }

        VersusPlan plan = ReadPlan(settings, isQuick);
        IVersusRow[] rows = settings.Switch("rows") ? Choose(settings.Text("rows").Split(',')) : isQuick ? Choose(QuickRows) : AllRows;
        bool isWhole = plan.GivesVerdicts && rows.Length == AllRows.Length;
        string path = OutputFile.Choose(settings.Switch("output") ? settings.Text("output") : null, FileName, isWhole);
        var tools = new Toolbox(settings);
        settings.EnsureAllKnown();
        if (!OperatingSystem.IsLinux() || Environment.ProcessorCount < 2)
        {
            throw new ArgumentException("This needs Linux and two cores: one for the balancer, one for load and backends.");
        }

        if (tools.Missing.Any())
        {
            Console.Error.WriteLine(string.Join('\n', tools.Missing));
            Console.Error.WriteLine($"On Debian: {tools.InstallLine}");
            return Mistake;
        }

        OutputFile.EnsureWritable(path);
        string warning = Machine.WarnIfBusy();
        if (warning.Length > 0)
        {
            Console.Error.WriteLine(warning);
        }

        var report = new VersusReport(plan, words, warning);
        using var ring = new Ring(plan, tools);

        // Ctrl-C ends this process at once otherwise, and leaves the others.
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => ring.Dispose());
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => ring.Dispose());
        long start = Stopwatch.GetTimestamp();
        foreach ((int done, IVersusRow row) in rows.Index())
        {
            Console.Error.WriteLine(VersusProgress.Describe(
                done, [.. rows.Select(static one => one.Weight)], row.Name, Stopwatch.GetElapsedTime(start), plan.SecondsOfARow(ring.Contenders.Count)));
            RowResult result = Contest.Play(ring, row);
            report.Add(result);
            Console.WriteLine($"## {result.Title}\n\n{RowTable.Write(result, plan.GivesVerdicts)}");
        }

        Console.WriteLine(RowTable.Summarize(report.Rows));
        File.WriteAllText(path, report.Write(ring));
        Console.WriteLine($"Written: {path}");
        return report.Rows.Any(row => row.Contenders.Any(one => one.Wrong > 0)) ? Failure : 0;
    }

    private static VersusPlan ReadPlan(CommandSettings settings, bool isQuick)
    {
        int rounds = settings.Number("rounds", isQuick ? VersusPlan.QuickRounds : VersusPlan.DefaultRounds);
        int seconds = settings.Number("seconds", isQuick ? 1 : 2);
        if (rounds < 1 || seconds < 1)
        {
            throw new ArgumentException($"--rounds and --seconds must be at least 1; were {rounds} and {seconds}.");
        }

        string consoleHost = settings.Switch("lb") ? settings.Text("lb") : Path.Combine(AppContext.BaseDirectory, "lb.dll");
        string balancerCore = settings.Switch("balancer-core") ? settings.Text("balancer-core") : "0";
        string otherCores = Environment.ProcessorCount == 2 ? "1" : $"1-{Environment.ProcessorCount - 1}";
        string loadCores = settings.Switch("load-cores") ? settings.Text("load-cores") : otherCores;
        string? native = settings.Switch("native") ? Path.GetFullPath(settings.Text("native")) : null;
        if (native is not null && !File.Exists(native))
        {
            throw new ArgumentException($"--native: there is no file {native}. Make it with: {NativeLine}");
        }

        return new VersusPlan(rounds, seconds, isQuick, balancerCore, loadCores, consoleHost, native);
    }

    private static string ListRows() =>
        string.Concat(AllRows.Select(row => $"{row.Name,-14}{(QuickRows.Contains(row.Name) ? "quick" : ""),-7}{row.Title}\n"));

    private static IVersusRow[] Choose(string[] chosen)
    {
        string unknown = string.Join(", ", chosen.Where(name => AllRows.All(row => row.Name != name)));
        return unknown.Length == 0
            ? [.. AllRows.Where(row => chosen.Contains(row.Name))]
            : throw new ArgumentException($"--rows takes {string.Join(", ", AllRows.Select(row => row.Name))}; unknown: {unknown}.");
    }
}
