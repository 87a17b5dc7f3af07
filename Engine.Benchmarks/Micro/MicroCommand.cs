// SPDX-License-Identifier: MIT
using BenchmarkDotNet.Filters;
using BenchmarkDotNet.Running;

namespace LbEngine.Benchmarks.Micro;

/// <summary><c>micro [--short] [--filter GLOB] [...]</c>: the micro-benchmarks, with whatever arguments BenchmarkDotNet takes.</summary>
internal static class MicroCommand
{
    public const string Name = "micro";
    public const string Summary =
        "Schedulers, tables of connections, affinity, networks and rates, and timer wheel, each beside the obvious alternative (--short is quick).";
    public const string Example = "micro --short --filter '*Scheduler*'";

    private const string Short = "--short";
    private const string Filter = "--filter";

    // The short form in this process took 8 s for a case; the default, with a process of its own for each, 80 s: two cases of the timer wheel took
    // 200 s with the build of that process, on an idle machine of two cores.
    private const double SecondsPerShortCase = 8;
    private const double SecondsPerCase = 80;

    /// <summary>Returns 1 when nothing was run, or a benchmark failed.</summary>
    public static int Run(IReadOnlyList<string> words)
    {
        string[] arguments = Translate(words);
        bool isQuestion = arguments.Any(word => word is "--list" or "--info" or "--version" or "--help");
        if (!isQuestion && !arguments.Contains("--job"))
        {
            Console.WriteLine(Forecast(CountCases(arguments), isShort: false));
        }
        else if (words.Contains(Short))
        {
            Console.WriteLine(Forecast(CountCases(arguments), isShort: true));
        }

        BenchmarkDotNet.Reports.Summary[] summaries = [.. BenchmarkSwitcher.FromAssembly(typeof(MicroCommand).Assembly).Run(arguments)];
        bool hasSucceeded = summaries.Length > 0
            && summaries.All(summary => summary.Reports.Length > 0 && summary.Reports.All(report => report.Success));
        return isQuestion || hasSucceeded ? 0 : 1;
    }

    /// <summary>What BenchmarkDotNet is given. Without a filter it would ask at the terminal. Pure.</summary>
    public static string[] Translate(IReadOnlyList<string> words)
    {
        IEnumerable<string> own = words.Contains(Short) ? ["--job", "short", "--inProcess"] : [];
        IEnumerable<string> filter = words.Any(static word => word.StartsWith("--", StringComparison.Ordinal) && word != Short) ? [] : [Filter, "*"];
        return [.. words.Where(static word => word != Short), .. filter, .. own];
    }

    /// <summary>How long it will take, in words. Pure.</summary>
    public static string Forecast(int cases, bool isShort)
    {
        double minutes = cases * (isShort ? SecondsPerShortCase : SecondsPerCase) / 60;
        string remedy = isShort ? "" : $" {Short} takes a fraction of that; {Filter} chooses some, {Filter} '*Table*'.";
        return $"{cases} {(cases == 1 ? "case" : "cases")}, about {Math.Max(1, Math.Ceiling(minutes)):0} min on an idle machine.{remedy}";
    }

    /// <summary>Cases that the filter leaves.</summary>
    private static int CountCases(string[] arguments)
    {
        string[] globs =
            [.. arguments.SkipWhile(static word => word != Filter).Skip(1).TakeWhile(static word => !word.StartsWith("--", StringComparison.Ordinal))];
        var filter = new GlobFilter(globs);
        return typeof(MicroCommand).Assembly.GetTypes()
            .Where(static type => type is { IsClass: true, IsAbstract: false } && type.Namespace == typeof(MicroCommand).Namespace)
            .SelectMany(static type => BenchmarkConverter.TypeToBenchmarks(type).BenchmarksCases)
            .Count(one => globs.Length == 0 || filter.Predicate(one));
    }
}
