// SPDX-License-Identifier: MIT
using LbEngine.Tests.Harness.Threads;
using LbEngine.Transport;

namespace LbEngine.Tests.Transport;

public sealed class BufferBudgetTests
{
    private const int MiB = 1024 * 1024;

    [Fact]
    public void Take_UpToAMegabyteBelowTheLimit_IsShortUntilSomethingIsGivenBack()
    {
        var budget = new BufferBudget(3 * MiB);

        budget.Take(2 * MiB - 1);
        bool before = budget.IsShort;
        budget.Take(1);
        bool then = budget.IsShort;
        budget.Give(1);

        Assert.Equal((false, true, false), (before, then, budget.IsShort));
    }

    [Fact]
    public void IsShort_NoBudgetAtAll_IsTrueAndTakingIsCountedAllTheSame()
    {
        var budget = new BufferBudget(0);

        budget.Take(100);

        Assert.True(budget.IsShort);
        Assert.Equal(100, budget.Taken);
    }

    [Fact]
    public void TakeAndGive_OnManyThreads_ComeOutEven()
    {
        var budget = new BufferBudget(3 * MiB);

        Threaded.Run(4, _ =>
        {
            for (int i = 0; i < 100_000; i++)
            {
                budget.Take(64);
                budget.Give(64);
            }
        });

        Assert.Equal(0, budget.Taken);
    }

    [Fact]
    public void Unlimited_IsNeverShort() => Assert.False(BufferBudget.Unlimited.IsShort);
}
