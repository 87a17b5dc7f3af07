// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Scheduling;
using LbEngine.Tables;
using LbEngine.Timing;

namespace LbEngine.Connections;

/// <summary>A client that admission has placed, over TCP or UDP, with everything that it holds and has to give back. Admission fills what is here.</summary>
/// <remarks>One owner at a time (a reactor, a task, a test); nobody else touches it.</remarks>
internal abstract class PlacedClient : TimerNode
{
    private PoolHold _hold; // mutable, keep non-readonly

    /// <summary>The entrance; set by admission, null only while the object lies in a pool.</summary>
    public Listener Listener { get; set; } = null!;

    /// <summary>The address that limits, affinity, table and logs go by.</summary>
    public EndPointKey Client { get; set; }

    /// <summary>
    /// Who has connected, or has sent the datagram, as the transport sees it. <see cref="Client"/> is somebody else where a PROXY header says so.
    /// </summary>
    public EndPointKey Peer { get; set; }

    /// <summary>What it holds of its pool: the parts are below.</summary>
    public ref PoolHold Hold => ref _hold;

    /// <summary>
    /// Where the client goes, as decided when it was placed: a listener may get another pool meanwhile. Null while the client is inspected.
    /// </summary>
    public BackendPool Pool
    {
        get => _hold.Pool;
        set => _hold.Pool = value;
    }

    /// <summary>The backend that holds a count for this client now; null when none does.</summary>
    public Backend? Backend
    {
        get => _hold.Backend;
        set => _hold.Backend = value;
    }

    /// <summary>The row in the table; valid while <see cref="HoldsEntry"/>.</summary>
    public ConnectionHandle Handle { get; set; }

    public bool HoldsEntry { get; set; }

    public bool HoldsListenerCount { get; set; }

    public bool HoldsClientCount { get; set; }

    /// <summary>The network that it counts for while <see cref="HoldsClientCount"/>: the listener's prefix may be another meanwhile.</summary>
    public AddressKey CountedAs { get; set; }

    /// <summary>Backends tried so far, the present one included.</summary>
    public int Attempts
    {
        get => _hold.Attempts;
        set => _hold.Attempts = value;
    }

    /// <summary>What a filter said when it turned the client away; null for everybody else.</summary>
    public string? Objection { get; set; }

    /// <summary>When the client was accepted, in clock milliseconds.</summary>
    public long AcceptedMilliseconds { get; set; }

    /// <summary>Slots of backends that have failed this client.</summary>
    public ref ExclusionSet Tried => ref _hold.Tried;

    /// <summary>Forgets everything before the object goes back to its pool. A transport overrides it and calls the base.</summary>
    public virtual void Reset()
    {
        Listener = null!;
        Client = default;
        Peer = default;
        Handle = default;
        HoldsEntry = false;
        HoldsListenerCount = false;
        HoldsClientCount = false;
        Objection = null;
        AcceptedMilliseconds = 0;
        _hold = default;
    }
}
