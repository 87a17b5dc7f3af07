// SPDX-License-Identifier: MIT
using LbEngine.Lifecycle;

namespace LbEngine.Tests.Lifecycle;

public sealed class RetryRulesTests
{
    [Theory]
    [InlineData("off", 1000, 0, 0)]
    [InlineData("at once after a refusal", 1000, 100, 100)]
    [InlineData("in the middle", 3000, 100, 100)]
    [InlineData("the last round begins when the time is over", 5900, 100, 100)]
    [InlineData("no round begins later", 5901, 100, 0)]
    [InlineData("a wait as long as the time", 1000, 5000, 5000)]
    [InlineData("a longer one never comes", 1000, 5001, 0)]
    public void WaitMilliseconds_PlacedAt1000WithFiveSeconds_IsWithinThem(string why, long now, int retry, int expected) =>
        Assert.True(expected == RetryRules.WaitMilliseconds(now, placed: 1000, retry, timeout: 5000), why);
}
