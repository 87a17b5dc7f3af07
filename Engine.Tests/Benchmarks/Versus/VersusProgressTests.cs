// SPDX-License-Identifier: MIT
using LbEngine.Benchmarks.Versus;

namespace LbEngine.Tests.Benchmarks.Versus;

public class VersusProgressTests
{
    [Theory]
    [InlineData(0, 0, "Row 1 of 5, short; about 4 min to go")]
    [InlineData(1, 1, "Row 2 of 5, short; 0:00:01 until now, about 4 min to go")]
    [InlineData(2, 90, "Row 3 of 5, short; 0:01:30 until now, about 10 min to go")]
    [InlineData(4, 3900, "Row 5 of 5, short; 1:05:00 until now, about 17 min to go")]
    public void Describe_AtARow_ExtrapolatesFromThoseBefore(int done, int seconds, string expected) =>
        Assert.Equal(expected, VersusProgress.Describe(done, [0, 1, 1, 4, 1.5], "short", TimeSpan.FromSeconds(seconds), expected: 30));
}
