// SPDX-License-Identifier: MIT
using LbEngine.Tables;

namespace LbEngine.Connections;

/// <summary>One row of the <see cref="ConnectionTable"/>. Holds no reference, so the collector never walks the table.</summary>
/// <remarks>
/// Identity is written once, before the row is published; the moving fields (backend, phase, last activity, bytes) are written
/// by the owner alone and read by anyone.
/// </remarks>
internal struct ConnectionEntry
{
    /// <summary>Seqlock and generation in one: even while free, odd while live, one higher at every change between the two.</summary>
    public uint Generation;

    public ushort ListenerId;
    public ushort LocalAddressId;
    public int BackendId;
    public ushort Owner;
    public ConnectionPhase Phase;
    public EntryKind Kind;

    public EndPointKey Client;
    public long CreatedMilliseconds;
    public long LastActiveMilliseconds;
    public long BytesToBackend;
    public long BytesToClient;
}
