// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Globalization;
using LbEngine.Benchmarks.Udp;

namespace LbEngine.Benchmarks.Gate;

/// <summary><c>gate</c>: the hot structures in a short form, for CI.</summary>
internal static class GateCommand
{
    public const string Name = "gate";
    public const string Summary = "For CI, in seconds: fails when a hot structure allocates, or falls behind its baseline by more than the margin.";
    public const string Example = "gate";

    // With profiles the compiler takes other decisions in each process; ratios of one case then differ by a factor of two from run to run.
    private const string ProfileSetting = "DOTNET_TieredPGO";

    /// <summary>Returns 1 when a case fails.</summary>
    public static int Run(IReadOnlyList<string> words)
    {
        new CommandSettings(words).EnsureAllKnown();
        return Environment.GetEnvironmentVariable(ProfileSetting) == "0" ? RunHere() : RunWithoutProfiles();
    }

    private static int RunWithoutProfiles()
    {
        var info = new ProcessStartInfo("dotnet", [typeof(GateCommand).Assembly.Location, Name]);
        info.Environment[ProfileSetting] = "0";
        using Process process = Process.Start(info) ?? throw new InvalidOperationException("dotnet could not be started.");
        process.WaitForExit();
        return process.ExitCode;
    }

    private static int RunHere()
    {
        long start = Stopwatch.GetTimestamp();
        int failures = 0;
        Console.WriteLine("| operation | B/op | ratio | expected | least | tries | baseline | verdict |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | --- | --- |");
        foreach (GateCase one in GateCases.Create())
        {
            double? expected = Expectations.Ratios[one.Name];
            (GateMeasurement measurement, GateVerdict verdict, int tries) = Examine(one, expected);
            failures += verdict == GateVerdict.Passed ? 0 : 1;
            double? floor = expected is double ratio ? GateJudge.Floor(ratio) : null;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {one.Name} | {measurement.BytesPerOperation:0.####} | {measurement.Ratio:0.00} | {expected:0.00} | {floor:0.00} | "
                + $"{tries} | {one.Baseline} | {verdict} |"));
        }

        string result = failures == 0 ? "All passed" : $"{failures} failed";
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{result}, {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s. Ratio: times as fast as the baseline in the same run."));
        return failures == 0 ? 0 : 1;
    }

    private static (GateMeasurement Measurement, GateVerdict Verdict, int Tries) Examine(GateCase one, double? expected)
    {
        for (int tries = 1; ; tries++)
        {
            GateMeasurement measurement = GateRounds.Measure(one);
            GateVerdict verdict = GateJudge.Judge(measurement, expected);
            if (!GateJudge.MayTryAgain(verdict, tries))
            {
                return (measurement, verdict, tries);
            }
        }
    }
}
