// SPDX-License-Identifier: MIT
using LbEngine.Admission;
using LbEngine.Lifecycle;
using LbEngine.Tests.Harness.Runs;
using LbEngine.Tests.Harness.Threads;

namespace LbEngine.Tests.Admission;

[Collection("Soak")]
[Trait(Quick.Category, Quick.Slow)]
public class RateTableSoakTests
{
    private const int Threads = 4;

    [Fact]
    public void TryTake_ManyThreadsFewClients_LetInExactlyTheBurst()
    {
        const int Burst = 1000;
        const int Clients = 8;
        var table = new RateTable(1024);
        RateRule rule = RateRule.Of(1, TimeSpan.FromSeconds(10), Burst);
        int[] taken = new int[Clients];

        Threaded.Run(Threads, thread =>
        {
            var random = new Random(thread);
            for (int i = 0; i < 50_000; i++)
            {
                int client = random.Next(Clients);
                if (table.TryTake(1, AffinityTableTests.Client(client), rule, nowMilliseconds: 1))
                {
                    Interlocked.Increment(ref taken[client]);
                }
            }
        });

        Assert.All(taken, count => Assert.Equal(Burst, count));
    }

    [Fact]
    public void TryTake_FirstTimeForAllThreadsAtOnce_OneIsLetIn()
    {
        const int Rounds = 5_000;
        var table = new RateTable(1024);
        RateRule rule = RateRule.Of(1, TimeSpan.FromSeconds(1), burst: 1);
        int inside = 0;
        int wrong = 0;
        int round = 0;
        using var barrier = new Barrier(Threads, _ =>
        {
            wrong += inside == 1 ? 0 : 1;
            inside = 0;
            round++;
        });

        Threaded.Run(Threads, _ =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                // A second later, so that the places of others are free again.
                if (table.TryTake(1, AffinityTableTests.Client(i), rule, nowMilliseconds: 1000L * i))
                {
                    Interlocked.Increment(ref inside);
                }

                barrier.SignalAndWait();
            }
        });

        // A thread that is put to sleep while it takes a place over, which lasts nanoseconds, is not waited for.
        Assert.Equal(Rounds, round);
        Assert.InRange(wrong, 0, Rounds / 1000);
    }
}
