// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using LbEngine.Benchmarks.Commands;
using LbEngine.Benchmarks.Scale.Curves;

namespace LbEngine.Benchmarks.Scale;

/// <summary>Collects the curves of a run and writes them: a Markdown file, and an SVG file for each.</summary>
internal sealed class ScaleReport
{
    private readonly StringBuilder _text = new();
    private readonly List<ScaleCurve> _curves = [];

    /// <param name="command">The command that runs.</param>
    /// <param name="words">What follows it.</param>
    public ScaleReport(string command, IReadOnlyList<string> words)
    {
        _text.Append("# Cost as work grows\n\n");
        _text.Append(CultureInfo.InvariantCulture, $"- Command: `{string.Join(' ', [CommandTable.Program, "--", command, .. words])}`, {DateTime.UtcNow:yyyy-MM-dd}\n");
        _text.Append(CultureInfo.InvariantCulture, $"- Machine: {Machine.Describe()}\n");
        _text.Append(
            """
            - Balancer: `lb run` in a process of its own, one reactor unless the row says otherwise, pinned to the first core; load and echo backend on the other cores.
            - Each point: the median of the rounds, with the lowest and the highest. CPU: the scheduler's accounting of all threads of the balancer's process.
              Memory: private pages of the process (RssAnon), without the kernel's socket buffers. Messages of 64 bytes, each reply checked; 8 in flight.
            - `last / first`: × 1.00 is a cost that does not grow with the number in the first column.


            """);
    }

    public void Add(ScaleCurve curve)
    {
        _curves.Add(curve);
        _text.Append(CultureInfo.InvariantCulture, $"## {curve.Title}\n\n{curve.YLabel}\n\n{CurveTable.Write(curve)}\n![{curve.Title}]({FileOf(curve)})\n\n");
    }

    /// <summary>Returns the path of the Markdown file.</summary>
    public string Write(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (ScaleCurve curve in _curves)
        {
            File.WriteAllText(Path.Combine(folder, FileOf(curve)), SvgChart.Draw(curve));
        }

        string path = Path.Combine(folder, $"scale-linux-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}.md");
        File.WriteAllText(path, _text.ToString().TrimEnd('\n') + "\n");
        return path;
    }

    private static string FileOf(ScaleCurve curve) => $"scale-{curve.Name}.svg";
}
