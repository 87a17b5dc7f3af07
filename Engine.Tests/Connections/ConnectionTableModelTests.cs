// SPDX-License-Identifier: MIT
using FsCheck;
using FsCheck.Fluent;
using LbEngine.Connections;
using LbEngine.Tables;

namespace LbEngine.Tests.Connections;

public class ConnectionTableModelTests
{
    private const int Capacity = 8;

    [Fact]
    public void AnySequence_AgainstADictionary_GivesTheSameAnswers()
    {
        // A step is a key (0 to 15) and what is done with it: add with index, add without, find, remove by key, remove the oldest.
        Arbitrary<int[]> steps = Gen.Choose(0, 79).ArrayOf().Resize(200).ToArbitrary();

        Prop.ForAll(steps, Agrees).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    private static bool Agrees(int[] steps)
    {
        var table = new ConnectionTable(Capacity);
        var indexed = new Dictionary<FlowKey, ConnectionHandle>();
        var live = new List<(ConnectionHandle Handle, FlowKey Key, int Backend)>();
        for (int i = 0; i < steps.Length; i++)
        {
            FlowKey key = ConnectionTableTests.Key(steps[i] / 5);
            switch (steps[i] % 5)
            {
                case 0:
                    bool known = indexed.TryGetValue(key, out ConnectionHandle present);
                    bool expected = known || live.Count < Capacity;
                    Assert.Equal(expected, table.TryAddIndexed(key, i, (ushort)i, i, out ConnectionHandle handle, out bool added));
                    Assert.Equal(expected && !known, added);
                    if (known)
                    {
                        Assert.Equal(present, handle);
                    }
                    else if (added)
                    {
                        indexed.Add(key, handle);
                        live.Add((handle, key, i));
                    }

                    break;
                case 1:
                    Assert.Equal(live.Count < Capacity, table.TryAdd(key, i, (ushort)i, i, out ConnectionHandle plain));
                    if (live.Count < Capacity)
                    {
                        live.Add((plain, key, i));
                    }

                    break;
                case 2:
                    Assert.Equal(indexed.TryGetValue(key, out ConnectionHandle wanted), table.TryFind(key, out ConnectionHandle found));
                    Assert.Equal(wanted, found);
                    break;
                case 3 when indexed.Remove(key, out ConnectionHandle gone):
                    Assert.True(table.TryRemove(gone));
                    Assert.False(table.TryRemove(gone));
                    live.RemoveAll(row => row.Handle == gone);
                    break;
                case 4 when live.Count > 0:
                    Assert.True(table.TryRemove(live[0].Handle));
                    if (indexed.TryGetValue(live[0].Key, out ConnectionHandle same) && same == live[0].Handle)
                    {
                        indexed.Remove(live[0].Key);
                    }

                    live.RemoveAt(0);
                    break;
            }

            Assert.Equal(live.Count, table.Count);
        }

        int cursor = 0;
        var seen = new List<(ConnectionHandle Handle, FlowKey Key, int Backend)>();
        while (table.TryReadNext(ref cursor, out ConnectionSnapshot row))
        {
            seen.Add((row.Handle, row.Key, row.BackendId));
        }

        Assert.Equal(live.OrderBy(row => row.Handle.Slot), seen.OrderBy(row => row.Handle.Slot));
        return true;
    }
}
