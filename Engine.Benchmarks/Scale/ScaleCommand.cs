// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Globalization;
using LbEngine.Benchmarks.Commands;
using LbEngine.Benchmarks.Scale.Curves;
using LbEngine.Benchmarks.Scale.Processes;
using LbEngine.Benchmarks.Scale.Scenarios;
using LbEngine.Benchmarks.Udp;

namespace LbEngine.Benchmarks.Scale;

/// <summary><c>scale [--quick] [--only NAME] [--out DIRECTORY]</c>: cost as work grows, as tables and curves.</summary>
internal static class ScaleCommand
{
    public const string Name = "scale";
    public const string Summary =
        "Cost as work grows: 9,000 connections, 10,000 backends, all cores, 18,000 UDP flows, 1,000 listeners; "
        + "tables and SVG curves (10 minutes, --quick 1).";
    public const string Example = "scale --quick --only connections";

    private static readonly IScaleScenario[] Scenarios =
        [new ConnectionsScenario(), new BackendsScenario(), new ReactorsScenario(), new FlowsScenario(), new ListenersScenario()];

    public static int Run(IReadOnlyList<string> words)
    {
        var settings = new CommandSettings(words);
        var plan = new ScalePlan(settings.Switch("quick"), Environment.ProcessorCount);
        string? only = settings.Switch("only") ? settings.Text("only") : null;
        string? chosen = settings.Switch("out") ? settings.Text("out") : null;
        settings.EnsureAllKnown();
        IScaleScenario[] scenarios = [.. Scenarios.Where(scenario => only is null || scenario.Name == only)];
        if (scenarios.Length == 0)
        {
            throw new ArgumentException($"--only takes one of {string.Join(", ", Scenarios.Select(scenario => scenario.Name))}, was '{only}'.");
        }

        if (!OperatingSystem.IsLinux())
        {
            throw new CannotRunException("This needs Linux: it pins processes to cores and reads /proc.");
        }

        using IDisposable ports = Ports.Take();

        // Only this thread, which is the load, and what it starts.
        using var self = Process.GetCurrentProcess();
        self.ProcessorAffinity = CorePlan.For(1, plan.Cores).LoadMask(plan.Cores);
        var report = new ScaleReport(Name, words);
        foreach (IScaleScenario scenario in scenarios)
        {
            long start = Stopwatch.GetTimestamp();
            Console.WriteLine($"{scenario.Name} ...");
            foreach (ScaleCurve curve in scenario.Run(plan))
            {
                report.Add(curve);
                Console.WriteLine($"{curve.Title}, {curve.YLabel}\n\n{CurveTable.Write(curve)}");
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{scenario.Name}: {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s\n"));
        }

        // What is committed is never half a run.
        bool isWhole = only is null && !plan.IsQuick;
        Console.WriteLine($"Written: {report.Write(chosen ?? ResultFolder.Find(isWhole))}");
        return 0;
    }
}
