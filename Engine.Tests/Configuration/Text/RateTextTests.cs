// SPDX-License-Identifier: MIT
using LbEngine.Configuration.Text;

namespace LbEngine.Tests.Configuration.Text;

public class RateTextTests
{
    [Theory]
    [InlineData("10/s", 10, 1, 10)]
    [InlineData("1/s", 1, 1, 1)]
    [InlineData("600/m", 600, 60, 10)]
    [InlineData("30/m", 30, 60, 1)]
    [InlineData("100/h", 100, 3600, 1)]
    [InlineData("1000000/s", 1_000_000, 1, 1_000_000)]
    [InlineData("601/m", 601, 60, 11)]
    public void TryParse_Rate_IsCountAndTimeWithTheBurstOfASecond(string text, int count, int seconds, int burst)
    {
        Assert.True(RateText.TryParse(text, out int found, out TimeSpan per, out string problem), problem);

        Assert.Equal((count, TimeSpan.FromSeconds(seconds), burst), (found, per, RateText.BurstOf(text)));
    }

    [Theory]
    [InlineData("10", "needs a time (s, m, h): write 10/s, was '10'")]
    [InlineData("0", "must be a rate such as 10/s, 600/m or 100/h; leave it out for no limit, was '0'")]
    [InlineData("0/s", "the number of a rate must be from 1 to 1000000, was '0/s'; leave it out for no limit")]
    [InlineData("-1/s", "the number of a rate must be from 1 to 1000000, was '-1/s'; leave it out for no limit")]
    [InlineData("1000001/s", "the number of a rate must be from 1 to 1000000, was '1000001/s'; leave it out for no limit")]
    [InlineData("99999999999/s", "must be from 1 to 1000000, was '99999999999/s'")]
    [InlineData("10r/s", "must be a rate such as 10/s, 600/m or 100/h: write 10 without the r, was '10r/s'")]
    [InlineData("10/sec", "has an unknown time; it is s, m or h: write 10/s, was '10/sec'")]
    [InlineData("10/Minute", "has an unknown time; it is s, m or h: write 10/m, was '10/Minute'")]
    [InlineData("10/d", "has an unknown time; it is s, m or h, such as 10/s, was '10/d'")]
    [InlineData("10/", "has an unknown time; it is s, m or h, such as 10/s, was '10/'")]
    [InlineData("1.5/s", "must be a rate such as 10/s, 600/m or 100/h, was '1.5/s'")]
    [InlineData("10 / s", "must be a rate such as 10/s, 600/m or 100/h, was '10 / s'")]
    [InlineData("/s", "must be a rate such as 10/s, 600/m or 100/h, was '/s'")]
    [InlineData("fast", "must be a rate such as 10/s, 600/m or 100/h, was 'fast'")]
    public void TryParse_Neither_SaysWhatToWrite(string text, string expected)
    {
        Assert.False(RateText.TryParse(text, out _, out _, out string problem));

        Assert.Equal(expected, problem);
        Assert.Equal(0, RateText.BurstOf(text));
    }
}
