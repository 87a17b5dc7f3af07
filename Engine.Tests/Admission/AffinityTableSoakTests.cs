// SPDX-License-Identifier: MIT
using LbEngine.Admission;
using LbEngine.Tables;
using LbEngine.Tests.Harness.Runs;
using LbEngine.Tests.Harness.Threads;

namespace LbEngine.Tests.Admission;

[Collection("Soak")]
[Trait(Quick.Category, Quick.Slow)]
public class AffinityTableSoakTests
{
    private const int Threads = 4;

    [Theory]
    [InlineData("fresh clients, room for all", 8192, 1000)]
    [InlineData("fresh clients, each evicts an idle one", 64, 1_000_000)]
    [InlineData("the pin expired just before", 64, 1)]
    public void TryPin_FirstConnectionsArriveTogether_AllGetTheSameBackend(string what, int capacity, long timeout)
    {
        const int Rounds = 4_000;
        var table = new AffinityTable(capacity, timeout);
        int[] backends = new int[Threads];
        int splits = 0;
        using var barrier = new Barrier(Threads, _ => splits += backends.Distinct().Count() == 1 ? 0 : 1);

        Threaded.Run(Threads, thread =>
        {
            for (int round = 0; round < Rounds; round++)
            {
                AddressKey client = AffinityTableTests.Client(timeout == 1 ? 1 : round);
                long now = round * 10;
                if (!table.TryAcquire(client, now, out backends[thread]))
                {
                    Assert.True(table.TryPin(client, (round * Threads) + thread, now, out backends[thread]), $"{what}: round {round} was not pinned");
                }

                barrier.SignalAndWait();
                table.Release(client, now);
                barrier.SignalAndWait();
            }
        });

        Assert.True(splits == 0, $"{what}: {splits} clients were split");
    }

    [Fact]
    public void TryAcquire_WhileOthersEvict_APinHeldOpenNeverChangesItsBackend()
    {
        const int Operations = 100_000;
        var table = new AffinityTable(32, 3);

        Threaded.Run(Threads, thread =>
        {
            var random = new Random(thread);
            for (int i = 0; i < Operations; i++)
            {
                int number = random.Next(100);
                AddressKey client = AffinityTableTests.Client(number);
                if (!table.TryAcquire(client, i, out int backendId) && !table.TryPin(client, number, i, out backendId))
                {
                    continue;
                }

                Assert.Equal(number, backendId);
                table.Release(client, i);
            }
        });

        Assert.InRange(table.Count(0), 0, table.Capacity);
        for (int i = 1000; i < 1000 + table.Capacity; i++)
        {
            Assert.True(table.TryPin(AffinityTableTests.Client(i), i, Operations + 1000, out _), $"Only {i - 1000} slots are left.");
        }
    }
}
