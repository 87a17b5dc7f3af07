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
    private ExclusionSet _tried; // mutable, keep non-readonly

    /// <summary>The entrance; set by admission, null only while the object lies in a pool.</summary>
    public Listener Listener { get; set; } = null!;

    public EndPointKey Client { get; set; }

    /// <summary>The listener's pool at the time of admission: a listener may get another one meanwhile.</summary>
    public BackendPool Pool { get; set; } = null!;

    /// <summary>The backend that holds a count for this client now; null when none does.</summary>
    public Backend? Backend { get; set; }

    /// <summary>The row in the table; valid while <see cref="HoldsEntry"/>.</summary>
    public ConnectionHandle Handle { get; set; }

    public bool HoldsEntry { get; set; }

    public bool HoldsListenerCount { get; set; }

    public bool HoldsClientCount { get; set; }

    /// <summary>Where the client's affinity entry is kept from expiring; null when it is not.</summary>
    public IAffinityHold? Affinity { get; set; }

    /// <summary>Backends tried so far, the present one included.</summary>
    public int Attempts { get; set; }

    /// <summary>When the client was accepted, in clock milliseconds.</summary>
    public long AcceptedMilliseconds { get; set; }

    /// <summary>Slots of backends that have failed this client.</summary>
    public ref ExclusionSet Tried => ref _tried;

    /// <summary>Forgets everything before the object goes back to its pool. A transport overrides it and calls the base.</summary>
    public virtual void Reset()
    {
        Listener = null!;
        Client = default;
        Pool = null!;
        Backend = null;
        Handle = default;
        HoldsEntry = false;
        HoldsListenerCount = false;
        HoldsClientCount = false;
        Affinity = null;
        Attempts = 0;
        AcceptedMilliseconds = 0;
        _tried = default;
    }
}
