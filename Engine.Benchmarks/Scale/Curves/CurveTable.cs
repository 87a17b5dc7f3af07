// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;

namespace LbEngine.Benchmarks.Scale.Curves;

/// <summary>Writes a curve as a Markdown table: medians with their range, and how much the last is of the first. Pure.</summary>
internal static class CurveTable
{
    public static string Write(ScaleCurve curve)
    {
        var text = new StringBuilder();
        text.Append("| ").Append(curve.XLabel);
        foreach (ScaleSeries series in curve.Series)
        {
            text.Append(" | ").Append(series.Name);
        }

        text.Append(" |\n| ---: |").Insert(text.Length, " ---: |", curve.Series.Count).Append('\n');
        foreach (double x in curve.Xs)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {x:#,0}");
            foreach (ScaleSeries series in curve.Series)
            {
                text.Append(" | ").Append(series.Points.Any(point => point.X == x) ? Format(series.Points.First(point => point.X == x)) : "–");
            }

            text.Append(" |\n");
        }

        text.Append("| last / first");
        foreach (ScaleSeries series in curve.Series)
        {
            text.Append(CultureInfo.InvariantCulture, $" | × {series.Growth:0.00}");
        }

        return text.Append(" |\n").ToString();
    }

    private static string Format(ScalePoint point) =>
        point.Lowest == point.Highest ? Number(point.Median) : $"{Number(point.Median)} ({Number(point.Lowest)} to {Number(point.Highest)})";

    /// <summary>Three digits that count.</summary>
    private static string Number(double value) => value.ToString(value >= 100 ? "#,0" : value >= 10 ? "0.0" : "0.00", CultureInfo.InvariantCulture);
}
