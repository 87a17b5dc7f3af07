// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Security;
using System.Text;

namespace LbEngine.Benchmarks.Scale.Curves;

/// <summary>
/// Draws a curve as SVG: logarithmic x axis with a mark at every x that was measured, one line per series, its range as a bar at each point. Pure.
/// </summary>
internal sealed class SvgChart
{
    private const int Width = 800;
    private const int Left = 80;
    private const int Right = 30;
    private const int Top = 48;
    private const int PlotHeight = 320;
    private const int Bottom = Top + PlotHeight;
    private const int LegendTop = Bottom + 74;
    private const int LegendLine = 20;

    // Okabe and Ito's colours, which people with colour blindness can tell apart.
    private static readonly string[] Colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"];

    private readonly ScaleCurve _curve;
    private readonly IReadOnlyList<double> _xs;
    private readonly IReadOnlyList<double> _marks;
    private readonly StringBuilder _text = new();

    private SvgChart(ScaleCurve curve)
    {
        _curve = curve;
        _xs = curve.Xs;
        ScalePoint[] points = [.. curve.Series.SelectMany(series => series.Points)];
        double highest = points.Max(point => point.Highest);
        _marks = curve.IsLogarithmic ? AxisTicks.Logarithmic(points.Min(point => point.Lowest), highest) : AxisTicks.Linear(highest);
    }

    /// <summary>The whole document. Every x must be above 0, and every value too when the curve is logarithmic.</summary>
    public static string Draw(ScaleCurve curve)
    {
        var chart = new SvgChart(curve);
        chart.DrawFrame();
        for (int i = 0; i < curve.Series.Count; i++)
        {
            chart.DrawSeries(curve.Series[i], Colours[i % Colours.Length]);
            chart.DrawLegend(i);
        }

        return chart._text.Append("</svg>\n").ToString();
    }

    private void DrawFrame()
    {
        int height = LegendTop + (_curve.Series.Count * LegendLine);
        const string Font = "font-family=\"sans-serif\" font-size=\"13\"";
        Line($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width}\" height=\"{height}\" viewBox=\"0 0 {Width} {height}\" {Font}>");
        Line($"<rect width=\"{Width}\" height=\"{height}\" fill=\"#ffffff\"/>");
        Text(Width / 2, 26, "middle", _curve.Title, " font-size=\"16\"");
        foreach (double mark in _marks)
        {
            double y = Y(mark);
            Line($"<line x1=\"{Left}\" y1=\"{y:0.#}\" x2=\"{Width - Right}\" y2=\"{y:0.#}\" stroke=\"#dddddd\"/>");
            Text(Left - 8, y + 4, "end", Number(mark));
        }

        foreach (double x in _xs)
        {
            Line($"<line x1=\"{X(x):0.#}\" y1=\"{Bottom}\" x2=\"{X(x):0.#}\" y2=\"{Bottom + 6}\" stroke=\"#333333\"/>");
            Text(X(x), Bottom + 22, "middle", Number(x));
        }

        Line($"<rect x=\"{Left}\" y=\"{Top}\" width=\"{Width - Right - Left}\" height=\"{PlotHeight}\" fill=\"none\" stroke=\"#333333\"/>");
        Text((Left + Width - Right) / 2, Bottom + 46, "middle", _curve.XLabel);
        Text(20, Top + (PlotHeight / 2), "middle", _curve.YLabel, $" transform=\"rotate(-90 20 {Top + (PlotHeight / 2)})\"");
    }

    private void DrawSeries(ScaleSeries series, string colour)
    {
        string points = string.Join(' ', series.Points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{X(point.X):0.#},{Y(point.Median):0.#}")));
        Line($"<polyline points=\"{points}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>");
        foreach (ScalePoint point in series.Points)
        {
            Line($"<line x1=\"{X(point.X):0.#}\" y1=\"{Y(point.Lowest):0.#}\" x2=\"{X(point.X):0.#}\" y2=\"{Y(point.Highest):0.#}\" stroke=\"{colour}\"/>");
            Line($"<circle cx=\"{X(point.X):0.#}\" cy=\"{Y(point.Median):0.#}\" r=\"4\" fill=\"{colour}\"/>");
        }
    }

    private void DrawLegend(int index)
    {
        int y = LegendTop + (index * LegendLine);
        Line($"<rect x=\"{Left}\" y=\"{y - 11}\" width=\"14\" height=\"14\" fill=\"{Colours[index % Colours.Length]}\"/>");
        Text(Left + 22, y, "start", _curve.Series[index].Name);
    }

    private double X(double value)
    {
        double first = Math.Log(_xs[0]);
        double span = Math.Log(_xs[^1]) - first;

        // The outermost points stand a little inside the frame; a single x stands in the middle.
        double share = span == 0 ? 0.5 : 0.04 + (0.92 * (Math.Log(value) - first) / span);
        return Left + (share * (Width - Right - Left));
    }

    private double Y(double value)
    {
        double share = _curve.IsLogarithmic
            ? (Math.Log10(value) - Math.Log10(_marks[0])) / (Math.Log10(_marks[^1]) - Math.Log10(_marks[0]))
            : value / _marks[^1];
        return Bottom - (share * PlotHeight);
    }

    private void Text(double x, double y, string anchor, string text, string attributes = "") =>
        Line($"<text x=\"{x:0.#}\" y=\"{y:0.#}\" text-anchor=\"{anchor}\"{attributes}>{SecurityElement.Escape(text)}</text>");

    private void Line(FormattableString line) => _text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private static string Number(double value) => value.ToString(value >= 1 ? "#,0.###" : "0.######", CultureInfo.InvariantCulture);
}
