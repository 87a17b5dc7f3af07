// SPDX-License-Identifier: MIT
using LbEngine.Tables;

namespace LbEngine.Admission;

/// <summary>One remembered choice at one moment.</summary>
/// <param name="Client">The client's address, masked as the pool's rule says.</param>
/// <param name="BackendId">Where it goes.</param>
/// <param name="Connections">Connections and flows that keep it from expiring.</param>
/// <param name="ExpiresAtMilliseconds">Clock time of its end if nobody comes until then; <see cref="long.MaxValue"/> while connections are open.</param>
internal readonly record struct AffinityEntry(AddressKey Client, int BackendId, int Connections, long ExpiresAtMilliseconds);
