// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Connections;
using LbEngine.Timing;

namespace LbEngine.Transport.Linux.Datagrams;

/// <summary>A socket towards a backend that never replies, for the datagrams of many clients. Reactor thread only.</summary>
internal sealed class OneWaySocket : TimerNode, ISlotted
{
    public int Index { get; set; }

    public uint Generation { get; set; }

    public int Descriptor { get; set; } = -1;

    public Backend Backend { get; set; } = null!;

    /// <summary>What its pool said when it was opened.</summary>
    public SourceAddresses Sources { get; set; } = SourceAddresses.Any;

    /// <summary>Whose datagram went out last: what is lost counts there.</summary>
    public Listener Listener { get; set; } = null!;

    public long LastUsedMilliseconds { get; set; }

    public void Reset()
    {
        Descriptor = -1;
        Backend = null!;
        Listener = null!;
    }
}
