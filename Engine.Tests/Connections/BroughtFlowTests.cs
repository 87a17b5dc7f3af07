// SPDX-License-Identifier: MIT
using LbEngine.Connections;
using LbEngine.Tables;
using LbEngine.Tests.Inspection.ProxyProtocol;

namespace LbEngine.Tests.Connections;

/// <summary>Rows of flows whose clients somebody brings.</summary>
public sealed class BroughtFlowTests
{
    private readonly ConnectionTable _table = new(100);

    [Fact]
    public void TryFind_OneClientThatSeveralBring_FindsTheFlowOfEach()
    {
        FlowKey[] keys = [Key(null), Key("10.0.0.1:53"), Key("10.0.0.1:54"), Key("10.0.0.2:53"), Key("[2001:db8::1]:53")];
        foreach (FlowKey key in keys)
        {
            Assert.True(_table.TryAddIndexed(key, 0, 0, 0, out _, out bool added) && added);
        }

        ConnectionHandle[] found = [.. keys.Select(Find)];

        Assert.Equal(keys.Length, found.Distinct().Count());
        Assert.Equal(keys.Select(key => key.Peer), found.Select(handle => _table.TryRead(handle, out ConnectionSnapshot row) ? row.Peer : default));
    }

    [Fact]
    public void TryRemove_FlowOfOneWhoBrings_LeavesTheOthersAndItsRowForgetsHim()
    {
        _table.TryAddIndexed(Key("10.0.0.1:53"), 0, 0, 0, out ConnectionHandle first, out _);
        _table.TryAddIndexed(Key("10.0.0.2:53"), 0, 0, 0, out ConnectionHandle second, out _);

        Assert.True(_table.TryRemove(first));

        Assert.False(_table.TryFind(Key("10.0.0.1:53"), out _));
        Assert.Equal(second, Find(Key("10.0.0.2:53")));
        Assert.True(_table.TryRemove(second));
        for (int i = 0; i < _table.Capacity; i++)
        {
            Assert.True(_table.TryAddIndexed(ConnectionTableTests.Key(i), 0, 0, 0, out ConnectionHandle later, out _));
            Assert.True(_table.TryRead(later, out ConnectionSnapshot row) && row.Peer == default);
        }
    }

    [Fact]
    public void TryDetach_FlowOfOneWhoBrings_IsNotFoundAndKeepsHim()
    {
        _table.TryAddIndexed(Key("10.0.0.1:53"), 0, 0, 0, out ConnectionHandle handle, out _);

        Assert.True(_table.TryDetach(ref handle));

        Assert.False(_table.TryFind(Key("10.0.0.1:53"), out _));
        Assert.True(_table.TryRead(handle, out ConnectionSnapshot row));
        Assert.Equal((Headers.Key("10.0.0.1:53"), EntryKind.DetachedFlow), (row.Peer, row.Kind));
        Assert.True(_table.TryAddIndexed(Key("10.0.0.1:53"), 0, 0, 0, out _, out bool added) && added);
    }

    private static FlowKey Key(string? peer) =>
        new(Headers.Key("192.0.2.1:5000"), 1) { Peer = peer is null ? default : Headers.Key(peer) };

    private ConnectionHandle Find(FlowKey key)
    {
        Assert.True(_table.TryFind(key, out ConnectionHandle handle));
        return handle;
    }
}
