// SPDX-License-Identifier: MIT
using System.Numerics;
using System.Security.Cryptography;
using LbEngine.Lifecycle;
using LbEngine.Tables;

namespace LbEngine.Admission;

/// <summary>Remembers how many have come of each listener's clients, in memory that is allocated once. Lock-free; any thread.</summary>
/// <remarks>
/// <para>
/// What has to be remembered of a client is when its next one is due (<see cref="RateRule"/>), and nothing once that has passed: so entries expire by
/// themselves, mostly within a fraction of a second. A client has eight places, chosen by a hash with a secret seed; where all are taken, the one whose
/// time comes first gives way, which had the least to be remembered. Nobody is turned away because memory is full.
/// </para>
/// <para>
/// A place has the 64 bits of the hash for a name, by which two clients in 10^19 are one, and a word of state. Whoever takes a place over marks it busy,
/// writes the name, and sets the state with another version, so that a state that was read belongs to the name that was read if it is still the same.
/// Two threads that meet a client in the same instant for the first time see each other through that mark.
/// </para>
/// <para>Measured on a shared machine of two cores: 21 ns for one client all the time, 66 ns for 200,000 in turn.</para>
/// </remarks>
internal sealed class RateTable
{
    private const int Ways = 8;
    private const int SmallestCapacity = 1 << 10;
    private const int LargestCapacity = 1 << 20;

    // Exchanges lost to other threads, each of which has counted one, before a client is let in uncounted: it must not pay for a crowd.
    private const int MaxAttempts = 256;

    // Looks at a place that another thread takes over, which takes it some nanoseconds, unless it was put to sleep just then.
    private const int MaxPatience = 64;

    // What the clock of another thread may be behind that of the first.
    private const long BehindMilliseconds = 10_000;

    // State: bit 0 busy, bits 1 to 7 the version, then the time that is due.
    private const ulong Busy = 1;
    private const ulong VersionStep = 2;
    private const ulong Marks = 0xFF;
    private const int DueShift = 8;

    private readonly int _capacity;
    private readonly ulong _seed;
    private Places? _places;

    /// <param name="clients">Clients that may be remembered at once, about; memory is taken when the first one comes, 16 bytes for each.</param>
    public RateTable(int clients)
    {
        _capacity = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(clients, SmallestCapacity, LargestCapacity));
        Span<byte> seed = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(seed);
        _seed = BitConverter.ToUInt64(seed);
    }

    /// <summary>Counts one more of a client. False when it is over the rate.</summary>
    public bool TryTake(int listenerId, AddressKey client, in RateRule rule, long nowMilliseconds)
    {
        ulong name = SlotKey.Of(client, listenerId).Hash(_seed);
        Places all = _places ?? Allocate(nowMilliseconds);
        Span<Entry> places = all.Entries.AsSpan((int)(name & (ulong)(uint)((_capacity / Ways) - 1)) * Ways, Ways);
        long now = Math.Max(0, nowMilliseconds - all.Origin) * RateRule.TicksPerMillisecond;
        for (int attempt = 0; attempt < MaxAttempts; attempt++)
        {
            Look look = LookAt(places, name, out int place, out ulong state);
            if (look == Look.Disturbed && attempt < MaxPatience)
            {
                Thread.SpinWait(1);
            }
            else if (look != Look.Found)
            {
                if (place >= 0 && TryTakeOver(ref places[place], state, name, rule.Take(0, now)))
                {
                    return true;
                }
            }
            else
            {
                long next = rule.Take((long)(state >> DueShift), now);
                if (next == RateRule.Over)
                {
                    return false;
                }

                if (Interlocked.CompareExchange(ref places[place].State, StateOf(next, state & Marks), state) == state)
                {
                    return true;
                }
            }
        }

        return true;
    }

    private static ulong StateOf(long due, ulong marks) => ((ulong)due << DueShift) | marks;

    /// <summary>Finds the place of a client, or the one that gives way to it: that whose time comes first.</summary>
    /// <remarks>
    /// Both in one look, so that of two threads that meet a client for the first time one at most finds a place: times only grow, so they choose the same
    /// one, or the later of them sees the mark or the name of the earlier.
    /// </remarks>
    private static Look LookAt(Span<Entry> places, ulong name, out int place, out ulong state)
    {
        bool isDisturbed = false;
        place = -1;
        state = ulong.MaxValue;
        for (int i = 0; i < places.Length; i++)
        {
            // Volatile reads keep their order: the name lies between two looks at the state.
            ref Entry entry = ref places[i];
            ulong seen = Volatile.Read(ref entry.State);
            bool isNamed = Volatile.Read(ref entry.Name) == name;
            if ((seen & Busy) != 0 || (isNamed && Volatile.Read(ref entry.State) != seen))
            {
                isDisturbed = true;
            }
            else if (isNamed)
            {
                place = i;
                state = seen;
                return Look.Found;
            }
            else if (seen <= state)
            {
                place = i;
                state = seen;
            }
        }

        return isDisturbed ? Look.Disturbed : Look.Absent;
    }

    private static bool TryTakeOver(ref Entry entry, ulong seen, ulong name, long due)
    {
        ulong marks = (seen + VersionStep) & (Marks - Busy);
        if (Interlocked.CompareExchange(ref entry.State, marks | Busy, seen) != seen)
        {
            return false;
        }

        Volatile.Write(ref entry.Name, name);
        Volatile.Write(ref entry.State, StateOf(due, marks));
        return true;
    }

    private Places Allocate(long nowMilliseconds)
    {
        var places = new Places(new Entry[_capacity], nowMilliseconds - BehindMilliseconds);
        return Interlocked.CompareExchange(ref _places, places, null) ?? places;
    }

    /// <param name="Entries">The places of all clients.</param>
    /// <param name="Origin">The time of which 56 bits of ticks are counted: clocks may begin anywhere.</param>
    private sealed record Places(Entry[] Entries, long Origin);

    private enum Look
    {
        Found,
        Absent,

        /// <summary>Another thread takes a place over just now, maybe for the same client.</summary>
        Disturbed,
    }

    private struct Entry
    {
        public ulong Name;
        public ulong State;
    }
}
