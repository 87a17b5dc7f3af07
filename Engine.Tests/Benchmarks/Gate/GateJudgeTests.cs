// SPDX-License-Identifier: MIT
using LbEngine.Benchmarks.Gate;

namespace LbEngine.Tests.Benchmarks.Gate;

public sealed class GateJudgeTests
{
    [Theory]
    [InlineData("as fast as expected", 0.0, 10.0, 10.0, GateVerdict.Passed)]
    [InlineData("faster than expected", 0.0, 30.0, 10.0, GateVerdict.Passed)]
    [InlineData("slower, but within the margin", 0.0, 6.1, 10.0, GateVerdict.Passed)]
    [InlineData("slower by more than the margin", 0.0, 5.9, 10.0, GateVerdict.Slower)]
    [InlineData("allocates a little, now and then", 0.001, 10.0, 10.0, GateVerdict.Allocates)]
    [InlineData("allocates and is slower: what does not depend on the machine comes first", 24.0, 1.0, 10.0, GateVerdict.Allocates)]
    [InlineData("has no baseline and does not allocate", 0.0, null, null, GateVerdict.Passed)]
    [InlineData("has no baseline and allocates", 8.0, null, null, GateVerdict.Allocates)]
    public void Judge_OneMeasurement_GivesTheVerdict(string sentence, double bytes, double? ratio, double? expected, GateVerdict verdict)
    {
        GateVerdict judged = GateJudge.Judge(new GateMeasurement(bytes, ratio), expected);

        Assert.True(judged == verdict, $"A structure that {sentence}: expected {verdict}, was {judged}.");
    }

    [Theory]
    [InlineData(GateVerdict.Slower, 1, true)]
    [InlineData(GateVerdict.Slower, 2, true)]
    [InlineData(GateVerdict.Slower, 3, false)]
    [InlineData(GateVerdict.Allocates, 1, false)]
    [InlineData(GateVerdict.Passed, 1, false)]
    public void MayTryAgain_AfterSomeTries_OnlyWhatOthersCanDisturb(GateVerdict verdict, int tries, bool expected)
    {
        bool mayTryAgain = GateJudge.MayTryAgain(verdict, tries);

        Assert.Equal(expected, mayTryAgain);
    }

    [Theory]
    [InlineData(new[] { 3.0, 1.0, 100.0 }, 3.0)]
    [InlineData(new[] { 4.0, 1.0, 2.0, 3.0 }, 2.0)]
    [InlineData(new[] { 5.0 }, 5.0)]
    public void Median_Unsorted_IsTheMiddleOne(double[] values, double expected)
    {
        double median = GateJudge.Median(values);

        Assert.Equal(expected, median);
    }

    [Fact]
    public void Expectations_OfAllCases_AreNeitherMissingNorLeftOver()
    {
        GateCase[] cases = [.. GateCases.Create()];

        Assert.Equal(Expectations.Ratios.Keys.Order(), cases.Select(one => one.Name).Order());
        Assert.All(cases, one => Assert.Equal(one.RunBaseline is null, Expectations.Ratios[one.Name] is null));
    }
}
