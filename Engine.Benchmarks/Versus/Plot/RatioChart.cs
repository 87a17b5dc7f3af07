// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Security;
using System.Text;
using LbEngine.Benchmarks.Versus.Contenders;

namespace LbEngine.Benchmarks.Versus.Plot;

/// <summary>Draws what each row costs each contender as SVG: a line per row, a point per contender, on a logarithmic axis. Pure.</summary>
internal sealed class RatioChart
{
    private const int Width = 980;
    private const int Left = 450;
    private const int Right = 30;
    private const int Top = 92;
    private const int RowHeight = 26;
    private const int LegendStep = 136;
    private const string Own = "#d55e00";

    private static readonly double[] Ticks = [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20];

    // Okabe and Ito's colours, which people with colour blindness can tell apart; peers in blue and green, ours in warm ones and on top.
    private static readonly (string Name, string Colour)[] Points =
    [
        (Contender.HaProxy, "#9ad0f5"),
        (Contender.HaProxyTuned, "#0072b2"),
        (Contender.Nginx, "#8fd6b5"),
        (Contender.NginxTuned, "#009e73"),
        (Contender.Sockets, "#e69f00"),
        (Contender.Native, "#000000"),
        (Contender.Linux, Own),
    ];

    private readonly IReadOnlyList<PlottedRow> _rows;
    private readonly double[] _ticks;
    private readonly StringBuilder _text = new();

    private RatioChart(IReadOnlyList<PlottedRow> rows)
    {
        _rows = rows;
        double[] ratios = [.. rows.SelectMany(static row => row.Costs).Select(static cost => cost.Ratio)];
        double lowest = Ticks.LastOrDefault(tick => tick <= ratios.Min(), Ticks[0]);
        double highest = Ticks.FirstOrDefault(tick => tick >= ratios.Max(), Ticks[^1]);
        _ticks = [.. Ticks.Where(tick => tick >= lowest && tick <= highest)];
    }

    private int Bottom => Top + (_rows.Count * RowHeight);

    public static string Draw(IReadOnlyList<PlottedRow> rows)
    {
        var chart = new RatioChart(rows);
        chart.DrawFrame();
        for (int i = 0; i < rows.Count; i++)
        {
            chart.DrawRow(rows[i], Top + (i * RowHeight) + (RowHeight / 2));
        }

        return chart._text.Append("</svg>\n").ToString();
    }

    private void DrawFrame()
    {
        const string Font = "font-family=\"sans-serif\" font-size=\"13\"";
        Line($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width}\" height=\"{Bottom + 60}\" viewBox=\"0 0 {Width} {Bottom + 60}\" {Font}>");
        Line($"<rect width=\"{Width}\" height=\"{Bottom + 60}\" fill=\"#ffffff\"/>");
        Text(Width / 2, 26, "middle", "What the same work costs, as a part of the cheapest peer's cost (less is better)", " font-size=\"16\"");
        (string Name, string Colour)[] shown = [.. Points.Where(point => _rows.Any(row => row.Costs.Any(cost => cost.Contender == point.Name)))];
        for (int i = 0; i < shown.Length; i++)
        {
            double x = (Width - (shown.Length * LegendStep)) / 2 + (i * LegendStep) + 8;
            Line($"<circle cx=\"{x:0.#}\" cy=\"56\" r=\"5\" fill=\"{shown[i].Colour}\"/>");
            Text(x + 9, 60, "start", shown[i].Name);
        }

        foreach (double tick in _ticks)
        {
            string stroke = tick == 1 ? "#333333" : "#dddddd";
            Line($"<line x1=\"{X(tick):0.#}\" y1=\"{Top}\" x2=\"{X(tick):0.#}\" y2=\"{Bottom}\" stroke=\"{stroke}\"/>");
            Text(X(tick), Bottom + 20, "middle", tick.ToString(CultureInfo.InvariantCulture));
        }

        Text(Width / 2, Bottom + 44, "middle", "1 = the cheapest of HAProxy and nginx, as they come or tuned; hollow = lost datagrams", " fill=\"#555555\"");
    }

    private void DrawRow(PlottedRow row, int y)
    {
        Text(Left - 14, y + 4, "end", row.Title, " font-size=\"12\"");
        Line($"<line x1=\"{Left}\" y1=\"{y}\" x2=\"{Width - Right}\" y2=\"{y}\" stroke=\"#eeeeee\"/>");
        foreach ((string name, string colour) in Points)
        {
            if (row.Costs.FirstOrDefault(cost => cost.Contender == name) is PlottedCost cost)
            {
                string fill = cost.HasLost ? "#ffffff" : colour;
                string radius = colour == Own ? "6" : "5";
                Line($"<circle cx=\"{X(cost.Ratio):0.#}\" cy=\"{y}\" r=\"{radius}\" fill=\"{fill}\" stroke=\"{colour}\" stroke-width=\"1.5\"/>");
            }
        }
    }

    private double X(double ratio)
    {
        double first = Math.Log(_ticks[0]);
        double share = (Math.Log(Math.Clamp(ratio, _ticks[0], _ticks[^1])) - first) / (Math.Log(_ticks[^1]) - first);
        return Left + (share * (Width - Right - Left));
    }

    private void Text(double x, double y, string anchor, string text, string attributes = "") =>
        Line($"<text x=\"{x:0.#}\" y=\"{y:0.#}\" text-anchor=\"{anchor}\"{attributes}>{SecurityElement.Escape(text)}</text>");

    private void Line(FormattableString line) => _text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
