// SPDX-License-Identifier: MIT
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

    public int ListenerId;
    public int BackendId;
    public ushort Owner;
    public ConnectionPhase Phase;

    /// <summary>True for a flow, which is found by its key; false for a TCP connection.</summary>
    public bool IsDatagram;

    public EndPointKey Client;
    public long CreatedMilliseconds;
    public long LastActiveMilliseconds;
    public long BytesToBackend;
    public long BytesToClient;
}
