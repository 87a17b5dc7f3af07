// SPDX-License-Identifier: MIT
namespace LbEngine.Tests.Architecture.Uses;

/// <summary>The samples of this assembly: each way to use a type is seen, and what uses nothing is not accused.</summary>
public sealed class AssemblyUsesTests
{
    private static readonly string Samples = typeof(UseSamples).FullName!;

    private static readonly IReadOnlyCollection<TypeUse> Uses = AssemblyUses.Read(typeof(UseSamples).Assembly.Location);

    [Theory]
    [InlineData(nameof(UseSamples.ByBase), nameof(UseSamples.Base))]
    [InlineData(nameof(UseSamples.ByInterface), nameof(UseSamples.IUsed))]
    [InlineData(nameof(UseSamples.ByField), nameof(UseSamples.Used))]
    [InlineData(nameof(UseSamples.ByProperty), nameof(UseSamples.Used))]
    [InlineData(nameof(UseSamples.ByParameter), nameof(UseSamples.Used))]
    [InlineData(nameof(UseSamples.ByResult), nameof(UseSamples.Used))]
    [InlineData(nameof(UseSamples.ByCall), nameof(UseSamples.Used))]
    [InlineData(nameof(UseSamples.ByConstructor), nameof(UseSamples.Used))]
    [InlineData(nameof(UseSamples.ByStaticField), nameof(UseSamples.Used))]
    [InlineData(nameof(UseSamples.ByTypeOf), nameof(UseSamples.Used))]
    [InlineData(nameof(UseSamples.ByGenericArgument), nameof(UseSamples.Used))]
    [InlineData(nameof(UseSamples.ByGenericCall), nameof(UseSamples.Used))]
    [InlineData(nameof(UseSamples.ByConstraint), nameof(UseSamples.IUsed))]
    [InlineData(nameof(UseSamples.ByArray), nameof(UseSamples.Used))]
    [InlineData(nameof(UseSamples.ByAttribute), nameof(UseSamples.UsedAttribute))]
    [InlineData(nameof(UseSamples.ByCatch), nameof(UseSamples.UsedException))]
    [InlineData(nameof(UseSamples.ByCase), nameof(UseSamples.Used))]
    public void Read_OneWayToUseAType_IsSeen(string user, string used)
    {
        Assert.Contains(new TypeUse($"{Samples}+{user}", $"{Samples}+{used}"), Uses);
    }

    [Theory]
    [InlineData(nameof(UseSamples.ByLambda))]
    [InlineData(nameof(UseSamples.ByAsync))]
    public void Read_UseWithinALambdaOrAnAsyncMethod_IsSeen(string user)
    {
        Assert.Contains(Uses, use => use.User.StartsWith($"{Samples}+{user}", StringComparison.Ordinal) && use.Used == $"{Samples}+{nameof(UseSamples.Used)}");
    }

    [Fact]
    public void Read_TypeThatUsesNothing_IsNotAccused()
    {
        Assert.DoesNotContain(Uses, use => use.User == $"{Samples}+{nameof(UseSamples.Used)}");
    }

    [Fact]
    public void Read_TheEngine_SeesFarMoreThanThereAreTypes()
    {
        IReadOnlyCollection<TypeUse> engine = AssemblyUses.Read(typeof(LoadBalancer).Assembly.Location);

        Assert.Contains(new TypeUse("LbEngine.LoadBalancerBuilder", "LbEngine.Scheduling.SchedulerRegistry"), engine);
        int types = typeof(LoadBalancer).Assembly.GetTypes().Length;
        Assert.True(engine.Count > types, $"Only {engine.Count} uses: the tests of folders prove less than they say.");
    }
}
