// SPDX-License-Identifier: MIT
using LbEngine.Tables;
using LbEngine.Tests.Harness.Runs;
using LbEngine.Tests.Harness.Threads;

namespace LbEngine.Tests.Tables;

[Collection("Soak")]
[Trait(Quick.Category, Quick.Slow)]
public class SlotIndexSoakTests
{
    [Fact]
    public void Insert_TwoThreadsAtTheSameInstant_ExactlyOneInserts()
    {
        const int Rounds = 40_000;
        var pool = new SlotPool(4);
        var index = new SlotIndex(pool);
        var barrier = new TightBarrier(2);
        var outcomes = new SlotIndex.Outcome[2];
        int doubles = 0;

        Threaded.Run(2, thread =>
        {
            for (int round = 0; round < Rounds; round++)
            {
                var key = new SlotKey(0, (ulong)(round / 2), 0);
                Assert.True(pool.TryTake(thread, out int slot));
                barrier.SignalAndWait();
                outcomes[thread] = index.Insert(key, slot, 1, out _, out _);
                barrier.SignalAndWait(() => doubles += outcomes[0] != outcomes[1] ? 0 : 1);
                if (outcomes[thread] == SlotIndex.Outcome.Inserted)
                {
                    index.Kill(slot);
                    index.Remove(key, slot);
                }
                else
                {
                    pool.Give(slot);
                }

                barrier.SignalAndWait();
            }
        });

        Assert.Equal(0, doubles);
        Assert.Equal(0, pool.Count);
    }

    [Fact]
    public void Find_SlotsReusedAtOnceInSharedChains_NeverLosesALiveKey()
    {
        const int Threads = 4;
        const int Operations = 100_000;
        var pool = new SlotPool(Threads * 2);
        var index = new SlotIndex(pool);
        int lost = 0;

        Threaded.Run(Threads, thread =>
        {
            // Two keys at a time each, so that chains are long and slots wander from bucket to bucket.
            var random = new Random(thread);
            var slots = new int[2];
            var keys = new SlotKey[2];
            for (int i = 0; i < Operations; i++)
            {
                int which = i & 1;
                if (i >= 2)
                {
                    if (index.Find(keys[which], out int found, out _) != SlotIndex.Outcome.Found || found != slots[which])
                    {
                        Interlocked.Increment(ref lost);
                    }

                    index.Kill(slots[which]);
                    index.Remove(keys[which], slots[which]);
                }

                keys[which] = new SlotKey((ulong)which, (ulong)random.Next(8), (ulong)thread);
                var wait = new SpinWait();
                while (!pool.TryTake(thread, out slots[which]))
                {
                    // A slot that another thread is about to take out of its chain.
                    Assert.True(wait.Count < 1_000_000, $"A slot was lost: {pool.Count} of {pool.Capacity} are held.");
                    wait.SpinOnce(sleep1Threshold: -1);
                }

                Assert.Equal(SlotIndex.Outcome.Inserted, index.Insert(keys[which], slots[which], 1, out _, out _));
            }

            for (int which = 0; which < 2; which++)
            {
                index.Kill(slots[which]);
                index.Remove(keys[which], slots[which]);
            }
        });

        Assert.Equal(0, lost);
        Assert.Equal(0, pool.Count);
    }
}
