// SPDX-License-Identifier: MIT
namespace LbEngine.Benchmarks.Scale.Curves;

/// <summary>Collects what the rounds measure until it becomes a curve. One thread.</summary>
internal sealed class CurveSamples
{
    private readonly List<string> _names = [];
    private readonly Dictionary<(string Series, double X), List<double>> _rounds = [];

    public void Add(string series, double x, double value)
    {
        if (!_names.Contains(series))
        {
            _names.Add(series);
        }

        if (!_rounds.TryGetValue((series, x), out List<double>? values))
        {
            _rounds[(series, x)] = values = [];
        }

        values.Add(value);
    }

    /// <summary>Series in the order in which they came first, points in the order of x.</summary>
    public IReadOnlyList<ScaleSeries> ToSeries() =>
    [
        .. _names.Select(name => new ScaleSeries(
            name,
            [.. _rounds.Where(pair => pair.Key.Series == name).OrderBy(pair => pair.Key.X).Select(pair => ScalePoint.Of(pair.Key.X, pair.Value))])),
    ];
}
