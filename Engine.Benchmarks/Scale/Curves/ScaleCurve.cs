// SPDX-License-Identifier: MIT
namespace LbEngine.Benchmarks.Scale.Curves;

/// <summary>One chart and one table.</summary>
/// <param name="Name">The file is called <c>scale-NAME.svg</c>.</param>
/// <param name="Title">One line.</param>
/// <param name="XLabel">What grows.</param>
/// <param name="YLabel">What is measured, with its unit.</param>
/// <param name="Series">The lines.</param>
/// <param name="IsLogarithmic">True for values that differ by powers of ten.</param>
internal sealed record ScaleCurve(string Name, string Title, string XLabel, string YLabel, IReadOnlyList<ScaleSeries> Series, bool IsLogarithmic = false)
{
    /// <summary>Every x of every series, once, in order.</summary>
    public IReadOnlyList<double> Xs => [.. Series.SelectMany(series => series.Points).Select(point => point.X).Distinct().Order()];
}
