// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Xml.Linq;
using LbEngine.Benchmarks.Scale.Curves;

namespace LbEngine.Tests.Benchmarks.Scale.Curves;

public sealed class SvgChartTests
{
    private const string Namespace = "{http://www.w3.org/2000/svg}";

    [Fact]
    public void Draw_PowersOfTen_StandAtEqualDistances()
    {
        XElement svg = Draw(Curve(false, Series("a", (10, 5), (100, 5), (1000, 5))));

        (double X, double Y)[] points = Points(Elements(svg, "polyline").Single());
        Assert.Equal(points[1].X - points[0].X, points[2].X - points[1].X, tolerance: 0.2);
        Assert.Equal(points[0].Y, points[2].Y);
    }

    [Fact]
    public void Draw_LinearValues_StartAtZeroAndGrowUpwards()
    {
        XElement svg = Draw(Curve(false, Series("a", (1, 10), (2, 5))));

        (double X, double Y)[] points = Points(Elements(svg, "polyline").Single());
        double bottom = BottomOfPlot(svg);
        Assert.Equal(2, (bottom - points[0].Y) / (bottom - points[1].Y), tolerance: 0.01);
    }

    [Fact]
    public void Draw_LogarithmicValues_StandAtEqualDistancesForEqualFactors()
    {
        XElement svg = Draw(Curve(true, Series("a", (1, 10), (2, 100), (3, 1000))));

        (double X, double Y)[] points = Points(Elements(svg, "polyline").Single());
        Assert.Equal(points[0].Y - points[1].Y, points[1].Y - points[2].Y, tolerance: 0.2);
        Assert.True(points[2].Y < points[0].Y, "The larger value stands below the smaller one.");
    }

    [Fact]
    public void Draw_TwoSeries_HaveALineALegendAndAColourEach()
    {
        XElement svg = Draw(Curve(false, Series("kept", (1, 1), (9, 2)), Series("short", (1, 3), (9, 4))));

        XElement[] lines = [.. Elements(svg, "polyline")];
        Assert.Equal(2, lines.Select(line => line.Attribute("stroke")!.Value).Distinct().Count());
        Assert.Contains("kept", Texts(svg));
        Assert.Contains("short", Texts(svg));
    }

    [Fact]
    public void Draw_EveryMeasuredX_IsMarkedWithItsNumber()
    {
        XElement svg = Draw(Curve(false, Series("a", (10, 1), (9000, 2)), Series("b", (250, 1))));

        Assert.Subset(Texts(svg), new HashSet<string>(["10", "250", "9,000", "connections", "µs", "How <it> grows & why"]));
    }

    [Fact]
    public void Draw_RangeOfAPoint_ReachesFromLowestToHighest()
    {
        ScalePoint[] points = [new(1, 50, 25, 100)];

        XElement svg = Draw(Curve(false, new ScaleSeries("a", points)));

        double bottom = BottomOfPlot(svg);
        XElement bar = Elements(svg, "line").Single(line => line.Attribute("stroke")!.Value == "#0072b2");
        Assert.Equal(4, (bottom - Number(bar, "y2")) / (bottom - Number(bar, "y1")), tolerance: 0.01);
    }

    private static ScaleCurve Curve(bool isLogarithmic, params IReadOnlyList<ScaleSeries> series) =>
        new("name", "How <it> grows & why", "connections", "µs", series, isLogarithmic);

    private static ScaleSeries Series(string name, params (double X, double Y)[] points) =>
        new(name, [.. points.Select(point => new ScalePoint(point.X, point.Y, point.Y, point.Y))]);

    private static XElement Draw(ScaleCurve curve) => XElement.Parse(SvgChart.Draw(curve));

    private static IEnumerable<XElement> Elements(XElement svg, string name) => svg.Elements(Namespace + name);

    private static HashSet<string> Texts(XElement svg) => [.. Elements(svg, "text").Select(text => text.Value)];

    private static double Number(XElement element, string attribute) => double.Parse(element.Attribute(attribute)!.Value, CultureInfo.InvariantCulture);

    private static double BottomOfPlot(XElement svg)
    {
        XElement frame = Elements(svg, "rect").Single(rect => rect.Attribute("fill")!.Value == "none");
        return Number(frame, "y") + Number(frame, "height");
    }

    private static (double X, double Y)[] Points(XElement line) =>
    [
        .. line.Attribute("points")!.Value.Split(' ').Select(pair => pair.Split(',')).Select(pair =>
            (double.Parse(pair[0], CultureInfo.InvariantCulture), double.Parse(pair[1], CultureInfo.InvariantCulture))),
    ];
}
