// SPDX-License-Identifier: MIT
using BenchmarkDotNet.Running;

namespace LbEngine.Benchmarks.Micro;

/// <summary><c>micro [--filter GLOB] [...]</c>: the micro-benchmarks, with whatever arguments BenchmarkDotNet takes.</summary>
internal static class MicroCommand
{
    public const string Name = "micro";
    public const string Summary = "Schedulers, connection table, affinity table and timer wheel, each beside the obvious alternative (BenchmarkDotNet).";
    public const string Example = "micro --filter '*Scheduler*'";

    /// <summary>Returns 1 when nothing was run, or a benchmark failed.</summary>
    public static int Run(IReadOnlyList<string> words)
    {
        // Without arguments BenchmarkDotNet asks at the terminal.
        string[] arguments = words.Count == 0 ? ["--filter", "*"] : [.. words];
        bool isQuestion = arguments.Any(word => word is "--list" or "--info" or "--version" or "--help");
        BenchmarkDotNet.Reports.Summary[] summaries = [.. BenchmarkSwitcher.FromAssembly(typeof(MicroCommand).Assembly).Run(arguments)];
        bool hasSucceeded = summaries.Length > 0
            && summaries.All(summary => summary.Reports.Length > 0 && summary.Reports.All(report => report.Success));
        return isQuestion || hasSucceeded ? 0 : 1;
    }
}
