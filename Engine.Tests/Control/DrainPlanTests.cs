// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.Control;

namespace LbEngine.Tests.Control;

public class DrainPlanTests
{
    [Theory]
    [InlineData("nobody is in a hurry", 0, 300, 30, -1, 0, 300, 30)]
    [InlineData("the host is patient enough", 5, 15, 5, 30, 5, 15, 5)]
    [InlineData("the defaults in a host of 30 s", 0, 300, 30, 30, 0, 21.75, 7.25)]
    [InlineData("a short spread leaves more to connections", 0, 300, 1, 30, 0, 28, 1)]
    [InlineData("a short time-out leaves more to the spread", 0, 5, 60, 30, 0, 5, 24)]
    [InlineData("no time for connections is left none", 0, 0, 60, 30, 0, 0, 29)]
    [InlineData("a long delay keeps half", 60, 300, 30, 30, 14.5, 10.875, 3.625)]
    [InlineData("a short limit keeps a tenth for the end", 0, 300, 0, 1, 0, 0.9, 0)]
    [InlineData("no time at all", 5, 300, 30, 0, 0, 0, 0)]
    [InlineData("less than none: others have used it up", 5, 300, 30, -7, 0, 0, 0)]
    public void Fit_Limit_DividesIt(
        string why, double delay, double timeout, double spread, double limit, double fittedDelay, double fittedTimeout, double fittedSpread)
    {
        var options = new DrainOptions { Delay = Seconds(delay), Timeout = Seconds(timeout), Spread = Seconds(spread) };

        DrainPlan plan = DrainPlan.Fit(options, limit == -1 ? Timeout.InfiniteTimeSpan : Seconds(limit));

        Assert.Equal((why, new DrainPlan(Seconds(fittedDelay), Seconds(fittedTimeout), Seconds(fittedSpread))), (why, plan));
    }

    [Fact]
    public void Fit_EveryCombination_StaysWithinTheLimitAndWhatIsWanted()
    {
        double[] times = [0, 0.1, 1, 7, 30, 300];
        foreach (double limit in times)
        {
            foreach ((double delay, double timeout, double spread) in from d in times from t in times from s in times select (d, t, s))
            {
                var options = new DrainOptions { Delay = Seconds(delay), Timeout = Seconds(timeout), Spread = Seconds(spread) };

                DrainPlan plan = DrainPlan.Fit(options, Seconds(limit));

                Assert.True(plan.Total <= Seconds(limit), $"{plan} of {delay}, {timeout}, {spread} is longer than {limit}");
                Assert.True(plan.Delay <= options.Delay && plan.Timeout <= options.Timeout && plan.Spread <= options.Spread);
                Assert.True(plan.Delay >= TimeSpan.Zero && plan.Timeout >= TimeSpan.Zero && plan.Spread >= TimeSpan.Zero);
            }
        }
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
