// SPDX-License-Identifier: MIT
using LbEngine.Scheduling;

namespace LbEngine.Tests.Scheduling;

public class SchedulerRegistryTests
{
    [Fact]
    public void CreateDefault_Names_AreTheFourBuiltIn()
    {
        Assert.Equal(
            ["power-of-two-choices", "smooth-weighted-round-robin", "source-hash", "weighted-least-connections"],
            SchedulerRegistry.CreateDefault().Names.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("weighted-least-connections", typeof(WeightedLeastConnectionsScheduler))]
    [InlineData("Smooth-Weighted-Round-Robin", typeof(SmoothWeightedRoundRobinScheduler))]
    [InlineData("POWER-OF-TWO-CHOICES", typeof(PowerOfTwoChoicesScheduler))]
    [InlineData("source-hash", typeof(SourceHashScheduler))]
    public void TryCreate_AnyCase_MakesTheNamedScheduler(string name, Type expected)
    {
        Assert.True(SchedulerRegistry.CreateDefault().TryCreate(name, out SchedulerFactory? factory));

        Assert.IsType(expected, factory(new SchedulingSetBuilder(1, 2).Build()));
    }

    [Fact]
    public void TryCreate_UnknownName_ReturnsFalse()
    {
        Assert.False(SchedulerRegistry.CreateDefault().TryCreate("round-robin", out SchedulerFactory? factory));
        Assert.Null(factory);
    }

    [Fact]
    public void Add_NameThatDiffersOnlyInCase_SaysWhichNameIsTaken()
    {
        var registry = SchedulerRegistry.CreateDefault();

        var exception = Assert.Throws<ArgumentException>(
            () => registry.Add("Source-Hash", set => new SmoothWeightedRoundRobinScheduler(set)));

        Assert.Contains("'Source-Hash' exists already", exception.Message, StringComparison.Ordinal);
    }
}
