// SPDX-License-Identifier: MIT
using LbEngine.Admission;
using LbEngine.Tables;
using LbEngine.Tests.Harness.Runs;
using LbEngine.Tests.Harness.Threads;

namespace LbEngine.Tests.Admission;

[Collection("Soak")]
[Trait(Quick.Category, Quick.Slow)]
public class AffinityReadAllTests
{
    private const long Timeout = 1000;

    [Fact]
    public void ReadAll_OpenAndIdleAndExpiredPins_TellsWhatHoldsAndUntilWhen()
    {
        var table = new AffinityTable(16, Timeout);
        table.TryPin(AffinityTableTests.Client(1), 5, 0, out _);
        table.TryAcquire(AffinityTableTests.Client(1), 0, out _);
        table.TryPin(AffinityTableTests.Client(2), 6, 0, out _);
        table.Release(AffinityTableTests.Client(2), 700);
        table.TryPin(AffinityTableTests.Client(3), 7, 0, out _);
        table.Release(AffinityTableTests.Client(3), 100);

        AffinityEntry[] entries = [.. table.ReadAll(1100).OrderBy(entry => entry.BackendId)];

        Assert.Equal(
            [
                new AffinityEntry(AffinityTableTests.Client(1), 5, 2, long.MaxValue),
                new AffinityEntry(AffinityTableTests.Client(2), 6, 0, 1700),
            ],
            entries);
    }

    [Fact]
    public void ReadAll_PinReplaced_NamesTheNewBackend()
    {
        var table = new AffinityTable(16, Timeout);
        table.TryPin(AffinityTableTests.Client(1), 5, 0, out _);

        table.Replace(AffinityTableTests.Client(1), 5, 9, out _);

        Assert.Equal(9, Assert.Single(table.ReadAll(0)).BackendId);
    }

    [Fact]
    public void ReadAll_FullTable_ReadsEachPinOnce()
    {
        const int Capacity = 256;
        var table = new AffinityTable(Capacity, Timeout);
        for (int i = 0; i < Capacity; i++)
        {
            Assert.True(table.TryPin(AffinityTableTests.Client(i), i, 0, out _));
        }

        Assert.Equal(Enumerable.Range(0, Capacity), table.ReadAll(0).Select(entry => entry.BackendId).Order());
    }

    [Fact]
    public void ReadAll_WhileOthersPinAndEvict_NeverMixesTwoPins()
    {
        const int Clients = 200;
        const int Operations = 60_000;
        var table = new AffinityTable(64, 5);
        int running = 3;
        long read = 0;

        Threaded.Run(4, thread =>
        {
            if (thread == 3)
            {
                while (Volatile.Read(ref running) > 0)
                {
                    foreach (AffinityEntry entry in table.ReadAll(Operations * 2L))
                    {
                        // A client's backend has the client's number here, so that a mixture shows.
                        Assert.Equal(AffinityTableTests.Client(entry.BackendId), entry.Client);
                        Assert.InRange(entry.Connections, 1, 3);
                        read++;
                    }
                }

                return;
            }

            var random = new Random(thread);
            for (int i = 0; i < Operations; i++)
            {
                int number = random.Next(Clients);
                AddressKey client = AffinityTableTests.Client(number);
                if (table.TryAcquire(client, i, out _) || table.TryPin(client, number, i, out _))
                {
                    table.Release(client, i);
                }
            }

            Interlocked.Decrement(ref running);
        });

        Assert.InRange(read, 1, long.MaxValue);
    }
}
