// SPDX-License-Identifier: MIT
using LbEngine.Admission;
using LbEngine.Tests.Harness.Runs;
using LbEngine.Tests.Harness.Threads;

namespace LbEngine.Tests.Admission;

[Collection("Soak")]
[Trait(Quick.Category, Quick.Slow)]
public sealed class EngineBudgetSoakTests
{
    private const int Threads = 4;

    /// <summary>Connections and flows at a limit of descriptors that no even number meets.</summary>
    [Fact]
    public void TryTake_ManyThreads_NeverPassesALimitAndLosesNothing()
    {
        const int Descriptors = 5;
        var budget = new EngineBudget(4, Descriptors);
        int held = 0;
        int taken = 0;

        Threaded.Run(Threads, thread =>
        {
            int each = (thread % 2) + 1;
            for (int i = 0; i < 200_000; i++)
            {
                if (!budget.TryTake(each))
                {
                    continue;
                }

                Assert.InRange(Interlocked.Add(ref held, each), each, Descriptors);
                Assert.InRange(budget.Count, 1, 4);
                Interlocked.Increment(ref taken);
                Interlocked.Add(ref held, -each);
                budget.Give(each);
            }
        });

        Assert.InRange(taken, 100_000, Threads * 200_000);
        Assert.Equal(0, budget.Count);
        Assert.True(budget.TryTake(Descriptors), "Descriptors were lost.");
    }

    /// <summary>One place for each thread: whoever is refused has met a count that was never true.</summary>
    [Fact]
    public void TryTake_AsManyPlacesAsThreadsBesideAThreadThatIsAlwaysRefused_IsNeverRefused()
    {
        var budget = new EngineBudget(100, Threads);
        int refused = 0;

        Threaded.Run(Threads + 1, thread =>
        {
            for (int i = 0; i < 200_000; i++)
            {
                if (thread == Threads)
                {
                    Assert.False(budget.TryTake(Threads + 1));
                }
                else if (budget.TryTake(1))
                {
                    budget.Give(1);
                }
                else
                {
                    Interlocked.Increment(ref refused);
                }
            }
        });

        Assert.Equal(0, refused);
    }

    [Fact]
    public async Task WhenIdleAsync_AskedWhileTheLastOneLeaves_AlwaysCompletes()
    {
        for (int round = 0; round < 5_000; round++)
        {
            var budget = new EngineBudget(1, 1);
            Assert.True(budget.TryTake(1));
            Task giving = Task.Run(() => budget.Give(1));

            Task idle = budget.WhenIdleAsync();
            await giving;

            Assert.True(idle.IsCompletedSuccessfully, $"Round {round}: nothing is taken and nobody says so.");
        }
    }
}
