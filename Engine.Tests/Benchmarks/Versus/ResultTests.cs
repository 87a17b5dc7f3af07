// SPDX-License-Identifier: MIT
using LbEngine.Benchmarks.Versus.Contenders;
using LbEngine.Benchmarks.Versus.Results;
using LbEngine.Benchmarks.Versus.Rows;

namespace LbEngine.Tests.Benchmarks.Versus;

/// <summary>What is made of the measurements.</summary>
public sealed class ResultTests
{
    [Theory]
    [InlineData(new[] { 3.0 }, 3.0)]
    [InlineData(new[] { 9.0, 1.0, 5.0 }, 5.0)]
    [InlineData(new[] { 4.0, 1.0, 2.0, 9.0 }, 3.0)]
    public void Median_AnyOrder_IsTheMiddle(double[] values, double median) =>
        Assert.Equal(new Spread(median, values.Min(), values.Max()), Spread.Of(values));

    [Fact]
    public void Median_OfNothing_IsRefused() => Assert.Throws<ArgumentException>(() => Spread.Of([]));

    [Fact]
    public void BestPeer_OursIsCheaper_IsStillThePeer()
    {
        RowResult row = Row(
            "short", (Contender.HaProxy, 60), (Contender.HaProxyTuned, 58), (Contender.Nginx, 59), (Contender.Linux, 50), (Contender.Sockets, 70));

        Assert.Equal(Contender.HaProxyTuned, row.BestPeer!.Name);
        Assert.Equal(50.0 / 58, row.Ratio(row.Find(Contender.Linux)!), precision: 6);
    }

    [Fact]
    public void BestPeer_BareRelayIsCheapest_IsNobodysOpponent()
    {
        RowResult row = Row("short", (Contender.HaProxyTuned, 58), (Contender.Linux, 50), (Contender.Bare, 45));

        Assert.Equal(Contender.HaProxyTuned, row.BestPeer!.Name);
        Assert.Equal("Budget: LbEngine linux at most 0.90 of the best peer (HAProxy tuned): 0.86, met.", Budget.For(row).First().Judge(row));
    }

    [Theory]
    [InlineData("short", 54, "Budget: LbEngine linux at most 0.90 of the best peer (nginx): 0.90, met.")]
    [InlineData("short", 55, "Budget: LbEngine linux at most 0.90 of the best peer (nginx): 0.92, NOT met.")]
    [InlineData("bulk-down-16", 24, "Budget: LbEngine linux at most 0.40 of HAProxy: 0.30, met.")]
    [InlineData("bulk-up-1", 40, "Budget: LbEngine linux at most 0.40 of HAProxy: 0.50, NOT met.")]
    [InlineData("bulk-up-1", 70, "Budget: LbEngine linux at most 0.90 of HAProxy tuned: 1.00, NOT met.")]
    [InlineData("udp-16-burst", 46, "Budget: LbEngine linux at most 0.75 of the best peer (nginx): 0.77, NOT met.")]
    [InlineData("udp-200", 54, "Budget: LbEngine linux at most 0.90 of the best peer (nginx): 0.90, met.")]
    [InlineData("idle", 512, "Budget: LbEngine linux at most 512: 512, met.")]
    [InlineData("kept", 100, "Budget: LbEngine sockets at most 1.60 of LbEngine linux: 0.96, met.")]
    public void Judge_Budget_SaysWhetherItIsMet(string name, double own, string expected)
    {
        RowResult row = Row(
            name, (Contender.HaProxy, 80), (Contender.HaProxyTuned, 70), (Contender.Nginx, 60), (Contender.Linux, own), (Contender.Sockets, 96));

        Assert.Contains(expected, Budget.For(row).Select(budget => budget.Judge(row)));
    }

    [Fact]
    public void Judge_OpponentTookNoPart_SaysNothing()
    {
        RowResult row = Row("bulk-up-1", (Contender.Nginx, 60), (Contender.Linux, 50));

        Assert.All(Budget.For(row), budget => Assert.Null(budget.Judge(row)));
    }

    [Fact]
    public void WriteRow_LossesErrorsAndNotes_AreAllShown()
    {
        Contender peer = Define(Contender.Nginx, ContenderRole.Peer);
        Sample[] samples = [Datagrams(10, lost: 3), Datagrams(12, lost: 4) with { Errors = 5, Wrong = 1 }];
        var row = new RowResult("udp-200", "UDP", "udp-load", [ContenderResult.Of(peer, samples, "13.2 system calls")]);

        string text = RowTable.Write(row, withVerdicts: true);

        Assert.Matches(@"\| nginx \* +\| +11\.0 \| +10\.0 to 12\.0 \| +1\.00 \| +1,000 \| +7\.00 \|", text);
        Assert.Contains("- nginx: 13.2 system calls", text, StringComparison.Ordinal);
        Assert.Contains("- nginx: 5 errors, 1 wrong answers", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Summarize_ContenderThatTookNoPart_HasADash()
    {
        RowResult tcp = Row("short", (Contender.HaProxy, 60), (Contender.Linux, 54));
        var udp = new RowResult("udp-200", "UDP", "udp-load", [ContenderResult.Of(Define(Contender.Linux, ContenderRole.Own), [Datagrams(5, lost: 2)], "")]);

        string[] lines = RowTable.Summarize([tcp, udp]).TrimEnd('\n').Split('\n');

        Assert.Matches(@"^\| Title +\| +60\.0 \| +54\.0 \| +0\.90 \|$", lines[2]);
        Assert.Matches(@"^\| UDP +\| +– \| +5\.00 \(2 lost\) \| +– \|$", lines[3]);
        Assert.Single(lines.Select(line => line.Length).Distinct());
    }

    private static Sample Datagrams(double cost, double lost) => new(cost, 1000, new Dictionary<string, double> { ["lost"] = lost });

    private static RowResult Row(string name, params (string Name, double Cost)[] costs) => new(
        name,
        "Title",
        "command",
        [.. costs.Select(one => ContenderResult.Of(Define(one.Name, RoleOf(one.Name)), [new Sample(one.Cost, 1, new Dictionary<string, double>())], ""))]);

    private static ContenderRole RoleOf(string name) => name switch
    {
        Contender.Linux => ContenderRole.Own,
        Contender.Sockets => ContenderRole.OwnPortable,
        Contender.Bare => ContenderRole.Bare,
        _ => ContenderRole.Peer,
    };

    private static Contender Define(string name, ContenderRole role) => new(name, role, new EntrancePorts(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), true, "", [], "", "");
}
