// SPDX-License-Identifier: MIT
using LbEngine.Connections;
using LbEngine.Tables;

namespace LbEngine.Tests.Connections;

/// <summary>What the table does for flows alone: local addresses in the key, and flows that are detached from it.</summary>
public sealed class ConnectionTableFlowTests
{
    private readonly ConnectionTable _table = new(100);

    [Fact]
    public void TryFind_SameClientAtTwoLocalAddresses_FindsTheFlowOfEach()
    {
        FlowKey first = ConnectionTableTests.Key(1) with { LocalAddressId = 1 };
        FlowKey second = first with { LocalAddressId = 2 };
        Assert.True(_table.TryAddIndexed(first, 11, 0, 0, out ConnectionHandle firstHandle, out _));
        Assert.True(_table.TryAddIndexed(second, 22, 0, 0, out ConnectionHandle secondHandle, out bool added));

        Assert.True(added);
        Assert.True(_table.TryFind(first, out ConnectionHandle foundFirst));
        Assert.True(_table.TryFind(second, out ConnectionHandle foundSecond));
        Assert.Equal((firstHandle, secondHandle), (foundFirst, foundSecond));
        Assert.False(_table.TryFind(first with { LocalAddressId = 0 }, out _));
    }

    [Fact]
    public void TryRemove_FlowWithALocalAddress_LeavesNothingToFind()
    {
        FlowKey key = ConnectionTableTests.Key(1) with { LocalAddressId = ushort.MaxValue };
        _table.TryAddIndexed(key, 0, 0, 0, out ConnectionHandle handle, out _);

        Assert.True(_table.TryRemove(handle));

        Assert.False(_table.TryFind(key, out _));
        Assert.True(_table.TryAddIndexed(key, 0, 0, 0, out _, out bool added));
        Assert.True(added);
    }

    [Fact]
    public void TryAdd_DetachedFlow_IsEnumeratedButNotFound()
    {
        FlowKey key = ConnectionTableTests.Key(1) with { LocalAddressId = 3 };

        Assert.True(_table.TryAdd(key, 7, 1, 1000, out ConnectionHandle handle, EntryKind.DetachedFlow));

        Assert.False(_table.TryFind(key, out _));
        int cursor = 0;
        Assert.True(_table.TryReadNext(ref cursor, out ConnectionSnapshot row));
        Assert.Equal((handle, key, EntryKind.DetachedFlow), (row.Handle, row.Key, row.Kind));
    }

    [Fact]
    public void TryDetach_FlowWithTraffic_KeepsEveryFieldAndFreesTheKey()
    {
        FlowKey key = ConnectionTableTests.Key(1) with { LocalAddressId = 3 };
        _table.TryAddIndexed(key, 7, 5, 1000, out ConnectionHandle handle, out _);
        ConnectionHandle attached = handle;
        ref ConnectionEntry entry = ref _table.GetEntry(handle);
        entry.Phase = ConnectionPhase.Relaying;
        entry.LastActiveMilliseconds = 2000;
        entry.BytesToBackend = 100;
        entry.BytesToClient = 200;

        Assert.True(_table.TryDetach(ref handle));

        Assert.True(_table.TryRead(handle, out ConnectionSnapshot row));
        Assert.Equal(new ConnectionSnapshot(handle, key, 7, 5, ConnectionPhase.Relaying, EntryKind.DetachedFlow, 1000, 2000, 100, 200), row);
        Assert.False(_table.TryRead(attached, out _));
        Assert.False(_table.TryFind(key, out _));
        Assert.Equal(1, _table.Count);
    }

    [Fact]
    public void TryDetach_ThenANewFlowOfTheSameKey_BothLiveAndEndByThemselves()
    {
        FlowKey key = ConnectionTableTests.Key(1);
        _table.TryAddIndexed(key, 1, 0, 0, out ConnectionHandle old, out _);
        Assert.True(_table.TryDetach(ref old));
        Assert.True(_table.TryAddIndexed(key, 2, 0, 0, out ConnectionHandle current, out bool added));

        Assert.True(_table.TryRemove(old));

        Assert.True(added);
        Assert.True(_table.TryFind(key, out ConnectionHandle found));
        Assert.Equal(current, found);
        Assert.Equal(1, _table.Count);
    }

    [Fact]
    public void TryDetach_FullTable_ChangesNothing()
    {
        var single = new ConnectionTable(1);
        FlowKey key = ConnectionTableTests.Key(1);
        single.TryAddIndexed(key, 1, 0, 0, out ConnectionHandle handle, out _);
        ConnectionHandle before = handle;

        Assert.False(single.TryDetach(ref handle));

        Assert.Equal(before, handle);
        Assert.True(single.TryFind(key, out ConnectionHandle found));
        Assert.Equal(before, found);
        Assert.Equal(1, single.Count);
    }
}
