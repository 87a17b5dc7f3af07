// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Scheduling;

namespace LbEngine.Connections;

/// <summary>What a client holds of a pool, and has to give back: the count of a backend and its affinity entry; and which backends have failed it.</summary>
/// <remarks>The same for a connection, a flow and a lease. One owner at a time; the picker fills it.</remarks>
internal struct PoolHold
{
    /// <summary>The pool at the time of the pick: a listener may get another one meanwhile.</summary>
    public BackendPool Pool;

    /// <summary>The backend that holds a count for this client now; null when none does.</summary>
    public Backend? Backend;

    /// <summary>Where the client's affinity entry is kept from expiring; null when it is not.</summary>
    public IAffinityHold? Affinity;

    /// <summary>Backends tried so far, the present one included.</summary>
    public int Attempts;

    /// <summary>How many of them were tried before the present round of distinct ones.</summary>
    public int AttemptsBefore;

    /// <summary>The number of the backend that has failed this client last: what its affinity entry says then.</summary>
    public int FailedId;

    /// <summary>Slots of backends that have failed this client.</summary>
    public ExclusionSet Tried; // mutable, keep non-readonly
}
