// SPDX-License-Identifier: MIT
using LbEngine.Connections;
using LbEngine.Tables;
using LbEngine.Tests.Harness.Runs;
using LbEngine.Tests.Harness.Threads;

namespace LbEngine.Tests.Connections;

[Collection("Soak")]
[Trait(Quick.Category, Quick.Slow)]
public class ConnectionTableSoakTests
{
    private const int Threads = 4;

    [Fact]
    public void TryAddIndexed_ManyThreadsOneKey_ExactlyOneAddsEachRound()
    {
        const int Rounds = 5_000;
        var table = new ConnectionTable(64);
        int added = 0;
        int disagreements = 0;
        var handles = new ConnectionHandle[Threads];
        using var barrier = new Barrier(Threads, _ =>
        {
            if (handles.Distinct().Count() != 1 || !table.TryRemove(handles[0]) || table.Count != 0)
            {
                disagreements++;
            }
        });

        Threaded.Run(Threads, thread =>
        {
            for (int round = 0; round < Rounds; round++)
            {
                Assert.True(table.TryAddIndexed(ConnectionTableTests.Key(round), thread, (ushort)thread, 0, out handles[thread], out bool won));
                if (won)
                {
                    Interlocked.Increment(ref added);
                }

                barrier.SignalAndWait();
            }
        });

        Assert.Equal(Rounds, added);
        Assert.Equal(0, disagreements);
    }

    [Fact]
    public void TryAddIndexed_ThreadsOnFewSharedKeys_EveryKeyHasOneLiveRowAtMost()
    {
        const int Keys = 8;
        const int Operations = 200_000;
        var table = new ConnectionTable(256);
        int[] holders = new int[Keys];
        int doubles = 0;

        Threaded.Run(Threads, thread =>
        {
            var random = new Random(thread);
            for (int i = 0; i < Operations; i++)
            {
                int number = random.Next(Keys);
                Assert.True(table.TryAddIndexed(ConnectionTableTests.Key(number), number, (ushort)thread, i, out ConnectionHandle handle, out bool added));
                if (!added)
                {
                    continue;
                }

                if (Interlocked.Increment(ref holders[number]) != 1)
                {
                    Interlocked.Increment(ref doubles);
                }

                Assert.True(table.TryFind(ConnectionTableTests.Key(number), out ConnectionHandle found));
                Assert.Equal(handle, found);
                Interlocked.Decrement(ref holders[number]);
                Assert.True(table.TryRemove(handle));
            }
        });

        Assert.Equal(0, doubles);
        Assert.Equal(0, table.Count);
        AssertFull(table, table.Capacity);
    }

    [Fact]
    public void TryRemove_ManyThreadsOneHandle_ExactlyOneRemoves()
    {
        const int Rounds = 5_000;
        var table = new ConnectionTable(4);
        ConnectionHandle handle = default;
        int removed = 0;
        using var barrier = new Barrier(Threads, _ => table.TryAdd(ConnectionTableTests.Key(1), 0, 0, 0, out handle));

        Threaded.Run(Threads, _ =>
        {
            for (int round = 0; round < Rounds; round++)
            {
                barrier.SignalAndWait();
                if (table.TryRemove(handle))
                {
                    Interlocked.Increment(ref removed);
                }
            }
        });

        Assert.Equal(Rounds, removed);
    }

    [Fact]
    public void TryReadNext_WhileRowsComeAndGo_NeverShowsATornIdentity()
    {
        const int Operations = 150_000;
        var table = new ConnectionTable(64);
        int torn = 0;
        int read = 0;
        bool done = false;

        Threaded.Run(Threads, thread =>
        {
            if (thread == 0)
            {
                while (!Volatile.Read(ref done))
                {
                    int cursor = 0;
                    while (table.TryReadNext(ref cursor, out ConnectionSnapshot row))
                    {
                        read++;
                        torn += IsWhole(row) ? 0 : 1;
                    }
                }

                return;
            }

            for (int i = 0; i < Operations; i++)
            {
                int number = (i * Threads) + thread;
                FlowKey key = ConnectionTableTests.Key(number) with { ListenerId = (ushort)number };
                ConnectionHandle handle;
                bool added = (i & 1) == 0
                    ? table.TryAdd(key, number, (ushort)number, number, out handle)
                    : table.TryAddIndexed(key, number, (ushort)number, number, out handle, out _);
                Assert.True(added);
                Assert.True(table.TryRead(handle, out ConnectionSnapshot row));
                torn += IsWhole(row) ? 0 : 1;
                Assert.True(table.TryRemove(handle));
            }

            Volatile.Write(ref done, true);
        });

        Assert.Equal(0, torn);
        Assert.True(read > 0, "The reader saw no row at all.");
        Assert.Equal(0, table.Count);
    }

    [Fact]
    public void TryAdd_AfterAMillionChanges_EveryRowCanBeTakenAgain()
    {
        var table = new ConnectionTable(128);

        Threaded.Run(Threads, thread =>
        {
            var random = new Random(thread);
            var mine = new Queue<ConnectionHandle>();
            for (int i = 0; i < 250_000; i++)
            {
                FlowKey key = ConnectionTableTests.Key(random.Next()) with { ListenerId = (ushort)thread };
                if (mine.Count < 32 && table.TryAddIndexed(key, 0, (ushort)thread, 0, out ConnectionHandle handle, out bool added) && added)
                {
                    mine.Enqueue(handle);
                }

                if (mine.Count > random.Next(32))
                {
                    Assert.True(table.TryRemove(mine.Dequeue()));
                }
            }

            while (mine.TryDequeue(out ConnectionHandle handle))
            {
                Assert.True(table.TryRemove(handle));
            }
        });

        Assert.Equal(0, table.Count);
        AssertFull(table, table.Capacity);
    }

    private static bool IsWhole(in ConnectionSnapshot row)
    {
        int number = row.BackendId;
        return row.Key == ConnectionTableTests.Key(number) with { ListenerId = (ushort)number }
            && row.Owner == (ushort)number
            && row.CreatedMilliseconds == number;
    }

    private static void AssertFull(ConnectionTable table, int capacity)
    {
        for (int i = 0; i < capacity; i++)
        {
            Assert.True(table.TryAddIndexed(ConnectionTableTests.Key(i), 0, 0, 0, out _, out bool added) && added, $"Row {i} of {capacity} was lost.");
        }

        Assert.False(table.TryAdd(ConnectionTableTests.Key(capacity), 0, 0, 0, out _));
    }
}
