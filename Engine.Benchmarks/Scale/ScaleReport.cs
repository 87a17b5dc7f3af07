// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using LbEngine.Benchmarks.Commands;
using LbEngine.Benchmarks.Measuring;
using LbEngine.Benchmarks.Scale.Curves;

namespace LbEngine.Benchmarks.Scale;

/// <summary>Collects the curves of a run and writes them: a Markdown file, and an SVG file for each.</summary>
internal sealed class ScaleReport
{
    private readonly string _command;
    private readonly string _loadAtStart = Machine.ReadLoad();
    private readonly List<ScaleCurve> _curves = [];

    /// <param name="command">The command that runs.</param>
    /// <param name="words">What follows it.</param>
    public ScaleReport(string command, IReadOnlyList<string> words) =>
        _command = string.Join(' ', [CommandTable.Program, "--", command, .. words]);

    public void Add(ScaleCurve curve) => _curves.Add(curve);

    /// <summary>Returns the path of the Markdown file.</summary>
    public string Write(string folder)
    {
        Directory.CreateDirectory(folder);
        var text = new StringBuilder("# Cost as work grows\n\n");
        text.Append(CultureInfo.InvariantCulture, $"- Command: `{_command}`, {DateTime.UtcNow:yyyy-MM-dd}\n");
        text.Append(
            CultureInfo.InvariantCulture,
            $"- Machine: {Machine.Describe()}; load average {_loadAtStart} at the start, {Machine.ReadLoad()} at the end\n");
        text.Append(
            "- Balancer: `lb run` in a process of its own, one reactor unless the row says otherwise, pinned to the first core; "
            + "load and echo backend on the other cores.\n");
        text.Append(
            """
            - Each point: the median of the rounds, with the lowest and the highest. CPU: the scheduler's accounting of all threads of the balancer's process.
              Memory: private pages of the process (RssAnon), without the kernel's socket buffers. Messages of 64 bytes, each reply checked; 8 in flight.
            - `last / first`: × 1.00 is a cost that does not grow with the number in the first column.


            """);
        foreach (ScaleCurve curve in _curves)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"## {curve.Title}\n\n{curve.YLabel}\n\n{CurveTable.Write(curve)}\n![{curve.Title}]({FileOf(curve)})\n\n");
            File.WriteAllText(Path.Combine(folder, FileOf(curve)), SvgChart.Draw(curve));
        }

        string path = Path.Combine(folder, $"scale-linux-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}.md");
        File.WriteAllText(path, text.ToString().TrimEnd('\n') + "\n");
        return path;
    }

    private static string FileOf(ScaleCurve curve) => $"scale-{curve.Name}.svg";
}
