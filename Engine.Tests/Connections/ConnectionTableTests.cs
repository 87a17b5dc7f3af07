// SPDX-License-Identifier: MIT
using LbEngine.Connections;
using LbEngine.Tables;

namespace LbEngine.Tests.Connections;

public class ConnectionTableTests
{
    private readonly ConnectionTable _table = new(100);

    [Fact]
    public void TryAdd_EmptyTable_CanBeReadButNotFoundByKey()
    {
        FlowKey key = Key(1);

        Assert.True(_table.TryAdd(key, 7, 3, 1000, out ConnectionHandle handle));

        Assert.True(_table.TryRead(handle, out ConnectionSnapshot row));
        Assert.Equal(new ConnectionSnapshot(handle, key, 7, 3, ConnectionPhase.Connecting, EntryKind.Connection, 1000, 1000, 0, 0), row);
        Assert.False(_table.TryFind(key, out _));
        Assert.Equal(1, _table.Count);
    }

    [Fact]
    public void TryAdd_ManyConnectionsOfOneKey_TakesARowForEach()
    {
        Assert.True(_table.TryAdd(Key(1), 0, 0, 0, out ConnectionHandle first));
        Assert.True(_table.TryAdd(Key(1), 0, 0, 0, out ConnectionHandle second));

        Assert.NotEqual(first, second);
        Assert.Equal(2, _table.Count);
    }

    [Fact]
    public void TryAdd_FullTable_IsRefusedUntilARowIsGivenBack()
    {
        var handles = new ConnectionHandle[_table.Capacity];
        for (int i = 0; i < handles.Length; i++)
        {
            Assert.True(_table.TryAdd(Key(i), 0, (ushort)i, 0, out handles[i]));
        }

        Assert.False(_table.TryAdd(Key(1000), 0, 0, 0, out _));
        Assert.False(_table.TryAddIndexed(Key(1001), 0, 0, 0, out _, out bool added));
        Assert.False(added);
        Assert.True(_table.TryRemove(handles[42]));

        Assert.True(_table.TryAdd(Key(1000), 0, 0, 0, out _));
        Assert.Equal(_table.Capacity, handles.Select(h => h.Slot).Distinct().Count());
    }

    [Fact]
    public void TryAddIndexed_KeyPresent_HandsOutTheRowThatIsThere()
    {
        Assert.True(_table.TryAddIndexed(Key(1), 5, 0, 0, out ConnectionHandle first, out bool firstAdded));

        Assert.True(_table.TryAddIndexed(Key(1), 6, 0, 0, out ConnectionHandle second, out bool secondAdded));

        Assert.True(firstAdded);
        Assert.False(secondAdded);
        Assert.Equal(first, second);
        Assert.Equal(1, _table.Count);
        Assert.True(_table.TryRead(first, out ConnectionSnapshot row));
        Assert.Equal(5, row.BackendId);
        Assert.Equal(EntryKind.Flow, row.Kind);
    }

    [Fact]
    public void TryFind_OtherPortOrListener_FindsNothing()
    {
        _table.TryAddIndexed(Key(1), 0, 0, 0, out ConnectionHandle handle, out _);
        FlowKey key = Key(1);

        Assert.True(_table.TryFind(key, out ConnectionHandle found));
        Assert.Equal(handle, found);
        Assert.False(_table.TryFind(key with { ListenerId = 2 }, out _));
        Assert.False(_table.TryFind(key with { Client = key.Client with { Port = 1 } }, out _));
    }

    [Fact]
    public void TryRemove_Twice_GivesTheRowBackOnce()
    {
        _table.TryAddIndexed(Key(1), 0, 0, 0, out ConnectionHandle handle, out _);

        Assert.True(_table.TryRemove(handle));
        Assert.False(_table.TryRemove(handle));

        Assert.Equal(0, _table.Count);
        Assert.False(_table.TryFind(Key(1), out _));
        Assert.False(_table.TryRead(handle, out _));
    }

    [Fact]
    public void TryRemove_StaleHandleOfAReusedSlot_LeavesTheNewRowAlone()
    {
        var single = new ConnectionTable(1);
        single.TryAdd(Key(1), 0, 0, 0, out ConnectionHandle old);
        single.TryRemove(old);
        single.TryAdd(Key(2), 0, 0, 0, out ConnectionHandle current);

        Assert.Equal(old.Slot, current.Slot);
        Assert.False(single.TryRemove(old));
        Assert.False(single.TryRead(old, out _));
        Assert.True(single.TryRead(current, out ConnectionSnapshot row));
        Assert.Equal(Key(2), row.Key);
    }

    [Fact]
    public void TryRemove_DefaultHandle_IsRefused()
    {
        Assert.False(_table.TryRemove(default));
    }

    [Fact]
    public void GetEntry_MovingFieldsWritten_AreSeenByReaders()
    {
        _table.TryAdd(Key(1), 1, 0, 10, out ConnectionHandle handle);

        ref ConnectionEntry entry = ref _table.GetEntry(handle);
        entry.BackendId = 2;
        entry.Phase = ConnectionPhase.HalfClosed;
        entry.LastActiveMilliseconds = 99;
        entry.BytesToBackend = 1234;
        entry.BytesToClient = 5678;

        Assert.True(_table.TryRead(handle, out ConnectionSnapshot row));
        Assert.Equal(new ConnectionSnapshot(handle, Key(1), 2, 0, ConnectionPhase.HalfClosed, EntryKind.Connection, 10, 99, 1234, 5678), row);
    }

    [Fact]
    public void TryReadNext_RowsOfSeveralOwners_SeesEachLiveRowOnce()
    {
        var live = new List<ConnectionHandle>();
        for (int i = 0; i < 60; i++)
        {
            _table.TryAdd(Key(i), 0, (ushort)(i % 3), 0, out ConnectionHandle handle);
            if (i % 4 == 0)
            {
                _table.TryRemove(handle);
            }
            else
            {
                live.Add(handle);
            }
        }

        var seen = new List<ConnectionHandle>();
        int cursor = 0;
        while (_table.TryReadNext(ref cursor, out ConnectionSnapshot row))
        {
            seen.Add(row.Handle);
        }

        Assert.Equal(live.OrderBy(h => h.Slot), seen.OrderBy(h => h.Slot));
        Assert.False(_table.TryReadNext(ref cursor, out _));
    }

    internal static FlowKey Key(int client) =>
        new(new EndPointKey(AddressKey.FromIPv4(0x0A00_0000u + (uint)client), (ushort)(1024 + (client % 60_000))), 1);
}
