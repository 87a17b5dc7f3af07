// SPDX-License-Identifier: MIT
using LbEngine.Resolution;

namespace LbEngine.Tests.Resolution;

public class LookupScheduleTests
{
    [Theory]
    [InlineData(10, 0, 9, 11)]
    [InlineData(3600, 0, 3240, 3960)]
    [InlineData(1, 0, 1, 1.1)]
    [InlineData(10, 1, 1, 1.25)]
    [InlineData(10, 2, 2, 2.5)]
    [InlineData(10, 4, 8, 10)]
    [InlineData(10, 5, 10, 12.5)]
    [InlineData(10, int.MaxValue, 10, 12.5)]
    [InlineData(3600, 12, 2048, 2560)]
    [InlineData(3600, int.MaxValue, 3600, 4500)]
    [InlineData(1, 7, 1, 1.25)]
    public void Next_AnyRandom_StaysBetween(int intervalSeconds, int failures, double shortest, double longest)
    {
        double[] waits = [.. Enumerable.Range(0, 101).Select(percent => LookupSchedule.Next(TimeSpan.FromSeconds(intervalSeconds), failures, percent / 100.0).TotalSeconds)];

        Assert.Equal((shortest, longest), (Math.Round(waits.Min(), 3), Math.Round(waits.Max(), 3)));
        Assert.True(waits.Distinct().Count() > 10, "The waits are not spread.");
    }
}
