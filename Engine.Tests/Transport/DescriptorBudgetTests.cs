// SPDX-License-Identifier: MIT
using LbEngine.Transport;

namespace LbEngine.Tests.Transport;

public sealed class DescriptorBudgetTests
{
    [Theory]
    [InlineData(20_000, 19_488)]
    [InlineData(1024, 512)]
    [InlineData(512, 256)]
    [InlineData(4, 2)]
    [InlineData(1_048_576, 1_048_064)]
    public void ForConnections_ByLimit_LeavesAReserve(long limit, int expected) =>
        Assert.Equal(expected, DescriptorBudget.ForConnections(limit));

    [Theory]
    [InlineData("Max open files            1024                 524288               files", 1024L)]
    [InlineData("Max open files            unlimited            unlimited            files", null)]
    [InlineData("Max processes             1024                 524288               processes", null)]
    public void ParseLimits_LinesOfTheKernel_GivesTheSoftLimit(string line, long? expected) =>
        Assert.Equal(expected, DescriptorBudget.ParseLimits(["Limit  Soft Limit  Hard Limit  Units", line]));
}
