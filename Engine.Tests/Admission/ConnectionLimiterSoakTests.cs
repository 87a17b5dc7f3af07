// SPDX-License-Identifier: MIT
using LbEngine.Admission;
using LbEngine.Tests.Harness.Runs;
using LbEngine.Tests.Harness.Threads;

namespace LbEngine.Tests.Admission;

[Collection("Soak")]
[Trait(Quick.Category, Quick.Slow)]
public class ConnectionLimiterSoakTests
{
    private const int Threads = 4;

    [Fact]
    public void TryAcquire_ManyThreadsFewClients_NeverPassesTheLimitAndLosesNoRelease()
    {
        const int Limit = 3;
        const int Clients = 4;
        var limiter = new ConnectionLimiter(64);
        int[] held = new int[Clients];
        int acquired = 0;

        Threaded.Run(Threads, thread =>
        {
            var random = new Random(thread);
            for (int i = 0; i < 200_000; i++)
            {
                int client = random.Next(Clients);
                if (!limiter.TryAcquire(1, AffinityTableTests.Client(client), Limit))
                {
                    continue;
                }

                Interlocked.Increment(ref acquired);
                Assert.InRange(Interlocked.Increment(ref held[client]), 1, Limit);
                Interlocked.Decrement(ref held[client]);
                limiter.Release(1, AffinityTableTests.Client(client));
            }
        });

        Assert.InRange(acquired, 100_000, Threads * 200_000);
        Assert.Equal(0, limiter.ClientCount);
    }

    [Fact]
    public void TryAcquire_LimitOfOneWithABarrier_ExactlyOneThreadIsLetIn()
    {
        const int Rounds = 5_000;
        var limiter = new ConnectionLimiter(64);
        int inside = 0;
        int wrong = 0;
        using var barrier = new Barrier(Threads, _ =>
        {
            wrong += inside == 1 ? 0 : 1;
            inside = 0;
        });

        Threaded.Run(Threads, _ =>
        {
            for (int round = 0; round < Rounds; round++)
            {
                bool mine = limiter.TryAcquire(round, AffinityTableTests.Client(round), 1);
                if (mine)
                {
                    Interlocked.Increment(ref inside);
                }

                barrier.SignalAndWait();
                if (mine)
                {
                    limiter.Release(round, AffinityTableTests.Client(round));
                }
            }
        });

        Assert.Equal(0, wrong);
        Assert.Equal(0, limiter.ClientCount);
    }
}
