// SPDX-License-Identifier: MIT
namespace LbEngine.Connections;

/// <summary>Every live connection and flow of the engine, in memory that is allocated once. Lock-free; any thread.</summary>
internal sealed class ConnectionTable
{
    public ConnectionTable(int capacity) => throw new NotImplementedException($"{capacity}");

    /// <summary>The most connections and flows that can live at once.</summary>
    public int Capacity => throw new NotImplementedException();

    /// <summary>How many live now. Any thread; exact when nobody adds or removes.</summary>
    public int Count => throw new NotImplementedException();

    /// <summary>Takes a row for a TCP connection, which is never looked up by key. False when the table is full. Any thread.</summary>
    public bool TryAdd(in FlowKey key, int backendId, ushort owner, long nowMilliseconds, out ConnectionHandle handle) => throw new NotImplementedException();

    /// <summary>Takes a row for a flow that <see cref="TryFind"/> will find. False when the table is full; when the key is present already, true with the handle that is there and <paramref name="added"/> false. Any thread.</summary>
    public bool TryAddIndexed(in FlowKey key, int backendId, ushort owner, long nowMilliseconds, out ConnectionHandle handle, out bool added) => throw new NotImplementedException();

    /// <summary>Finds a row that was added with an index. Any thread.</summary>
    public bool TryFind(in FlowKey key, out ConnectionHandle handle) => throw new NotImplementedException();

    /// <summary>Gives the row back. False when the handle is stale, so that a second removal is harmless. Any thread; normally the owner.</summary>
    public bool TryRemove(ConnectionHandle handle) => throw new NotImplementedException();

    /// <summary>The row itself, for its owner, which alone writes the moving fields. The handle must be live.</summary>
    public ref ConnectionEntry GetEntry(ConnectionHandle handle) => throw new NotImplementedException();

    /// <summary>Copies the row of a live handle. False when it is gone. Any thread.</summary>
    public bool TryRead(ConnectionHandle handle, out ConnectionSnapshot snapshot) => throw new NotImplementedException();

    /// <summary>Copies the next live row at or after <paramref name="cursor"/> and moves the cursor behind it; false at the end. Any thread, while the table changes.</summary>
    public bool TryReadNext(ref int cursor, out ConnectionSnapshot snapshot) => throw new NotImplementedException();
}
