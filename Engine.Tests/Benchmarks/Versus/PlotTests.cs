// SPDX-License-Identifier: MIT
using System.Xml.Linq;
using LbEngine.Benchmarks.Versus.Contenders;
using LbEngine.Benchmarks.Versus.Plot;
using LbEngine.Benchmarks.Versus.Results;

namespace LbEngine.Tests.Benchmarks.Versus;

public sealed class PlotTests
{
    private const string Report = """
        # A report

        |                    | HAProxy | nginx            | LbEngine linux | bare relay in C | linux / best peer |
        |--------------------|--------:|-----------------:|---------------:|----------------:|------------------:|
        | Bulk: ms per GB    |   1,600 |              800 |            400 |               – |              0.50 |
        | UDP, flows: us     |       – | 8.00 (14 lost)   |           6.00 |            5.00 |              0.75 |

        | Another table |
        """;

    [Fact]
    public void Parse_Report_IsItsFirstTableAsPartsOfTheCheapestPeer()
    {
        IReadOnlyList<PlottedRow> rows = PlottedRow.Parse(Report);

        Assert.Equal(["Bulk", "UDP, flows"], rows.Select(row => row.Title));
        Assert.Equal(
            [new(Contender.HaProxy, 2, false), new(Contender.Nginx, 1, false), new(Contender.Linux, 0.5, false)],
            rows[0].Costs);
        Assert.Equal(
            [new(Contender.Nginx, 1, true), new(Contender.Linux, 0.75, false), new(Contender.Bare, 0.625, false)],
            rows[1].Costs);
    }

    [Theory]
    [InlineData("")]
    [InlineData("| a |\n|---|\n| 1 |\n")]
    public void Parse_AnotherDocument_SaysWhatItMisses(string document) =>
        Assert.Contains("no report of versus", Assert.Throws<FormatException>(() => PlottedRow.Parse(document)).Message, StringComparison.Ordinal);

    [Fact]
    public void Parse_SummaryThatIsWrittenToday_IsRead()
    {
        var row = new RowResult("base", "Memory: MB", "", [Result(Contender.HaProxy, ContenderRole.Peer, 16), Result(Contender.Linux, ContenderRole.Own, 48)]);

        Assert.Equal(3, PlottedRow.Parse(RowTable.Summarize([row]))[0].Costs[1].Ratio);
    }

    [Fact]
    public void Draw_LossesAndNames_AreXmlWithAPointForEachContender()
    {
        XElement picture = XDocument.Parse(RatioChart.Draw(PlottedRow.Parse(Report))).Root!;

        // Three in the legend; the bare relay is nobody's peer and has no point.
        Assert.Equal(3 + 5, picture.Elements().Count(element => element.Name.LocalName == "circle"));
        Assert.Single(picture.Elements(), element => element.Name.LocalName == "circle" && (string?)element.Attribute("fill") == "#ffffff");
    }

    private static ContenderResult Result(string name, ContenderRole role, double cost) =>
        new(name, role, new Spread(cost, cost, cost), 0, new Dictionary<string, double>(), 0, 0, "");
}
