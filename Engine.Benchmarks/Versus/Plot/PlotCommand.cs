// SPDX-License-Identifier: MIT
using LbEngine.Benchmarks.Measuring;
using LbEngine.Benchmarks.Udp;

namespace LbEngine.Benchmarks.Versus.Plot;

/// <summary><c>plot [--results FILE] [--output FILE]</c>: the picture of the README, from a report of <c>versus</c>.</summary>
internal static class PlotCommand
{
    public const string Name = "plot";
    public const string Summary = "Draws a report of versus as a picture (SVG).";
    public const string Example = "plot --results Engine.Benchmarks/results/versus-linux-x64.md --output docs/images/versus.svg";

    public static int Run(IReadOnlyList<string> words)
    {
        var settings = new CommandSettings(words);
        string results = settings.Text("results");
        string output = OutputFile.Choose(settings.Text("output"), "versus.svg", isWhole: false);
        settings.EnsureAllKnown();
        OutputFile.EnsureWritable(output);
        try
        {
            File.WriteAllText(output, RatioChart.Draw(PlottedRow.Parse(File.ReadAllText(results))));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new ArgumentException($"{results}: {exception.Message}", exception);
        }

        Console.WriteLine($"Written: {output}");
        return 0;
    }
}
