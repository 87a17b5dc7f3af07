// SPDX-License-Identifier: MIT
using System.Text.RegularExpressions;
using LbEngine.Configuration.Documents;
using LbEngine.Configuration.Schema.Rows;
using LbEngine.Configuration.Text;

namespace LbEngine.Tests.Configuration.Schema;

/// <summary>Advice on durations: whoever follows it is right.</summary>
public partial class DurationFormTests
{
    private static readonly string[] Texts = ["0", "0s", "off", "Off", "false", "none", "never", "no", "-1", "infinite", "1", "30", "5000", "1000000", "999999999"];

    public static TheoryData<string, string, TimeSpan?> Forms => new()
    {
        { "1s", "7d", Timeout.InfiniteTimeSpan },
        { "1s", "7d", null },
        { "0s", "1h", TimeSpan.Zero },
        { "0s", "24h", null },
        { "10ms", "5m", null },
        { "100ms", "20s", null },
        { "50ms", "1h", null },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public void TryParse_WhateverPeopleWriteForOffOrWithoutAUnit_IsTakenOrAdvisedRightly(string min, string max, TimeSpan? off)
    {
        var form = new DurationForm(DurationRange.Parse(min, max), off);
        foreach (string text in Texts)
        {
            if (Problem(form, text) is not string problem)
            {
                continue;
            }

            string[] advised = [.. Advice().Matches(problem).Select(match => match.Groups[1].Value).Where(word => word != "it")];

            Assert.True(advised.Length > 0 || problem.Contains("must be from ", StringComparison.Ordinal), $"{text}: {problem}");
            Assert.All(advised, word => Assert.True(Problem(form, word) is null, $"{text}: {problem}, and then {Problem(form, word)}"));
        }
    }

    [Theory]
    [InlineData("off")]
    [InlineData("OFF")]
    [InlineData("false")]
    public void TryParse_OffWhereTheTimeOutMayNeverPass_IsNever(string text)
    {
        var form = new DurationForm(DurationRange.Parse("1s", "7d"), Timeout.InfiniteTimeSpan);

        Assert.True(form.TryParse(text, new ReadContext(StringComparer.Ordinal), out TimeSpan value, out string problem), problem);

        Assert.Equal((Timeout.InfiniteTimeSpan, null, "off", "1s to 7d, or off"), (value, form.Refuse(value), form.Format(value), form.Values));
        Assert.Equal("off", form.Write(value).Text);
    }

    [Fact]
    public void TryParse_OffWhereZeroIsOff_IsZero()
    {
        var form = new DurationForm(DurationRange.Parse("0s", "1h"), TimeSpan.Zero);

        Assert.True(form.TryParse("off", new ReadContext(StringComparer.Ordinal), out TimeSpan value, out string problem), problem);

        Assert.Equal((TimeSpan.Zero, null, "0s"), (value, form.Refuse(value), form.Format(value)));
        Assert.NotNull(form.Refuse(Timeout.InfiniteTimeSpan));
    }

    private static string? Problem(DurationForm form, string text) =>
        form.TryParse(text, new ReadContext(StringComparer.Ordinal), out TimeSpan value, out string problem) ? form.Refuse(value) : problem;

    [GeneratedRegex(@"\bwrite (\w+)")]
    private static partial Regex Advice();
}
