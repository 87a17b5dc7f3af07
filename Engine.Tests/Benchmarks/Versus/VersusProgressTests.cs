// SPDX-License-Identifier: MIT
using LbEngine.Benchmarks.Versus;

namespace LbEngine.Tests.Benchmarks.Versus;

public class VersusProgressTests
{
    [Theory]
    [InlineData(0, 0, "Row 1 of 14, short")]
    [InlineData(4, 200, "Row 5 of 14, short; 0:03:20 until now, about 9 min to go")]
    [InlineData(13, 3900, "Row 14 of 14, short; 1:05:00 until now, about 5 min to go")]
    public void Describe_AtARow_ExtrapolatesFromThoseBefore(int done, int seconds, string expected) =>
        Assert.Equal(expected, VersusProgress.Describe(done, 14, "short", TimeSpan.FromSeconds(seconds)));
}
