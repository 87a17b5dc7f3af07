// SPDX-License-Identifier: MIT
using System.Numerics;
using System.Security.Cryptography;

namespace LbEngine.Tables;

/// <summary>Finds slots by key, in memory that is allocated once; at most one live slot has a given key. Lock-free; any thread.</summary>
/// <remarks>
/// <para>
/// One chain of slots per bucket, at least two buckets per slot: the lock-free list of M. M. Michael, "High Performance Dynamic
/// Lock-Free Hash Tables and List-Based Sets" (SPAA 2002), in its form with counted links, which allows slots to be reused at
/// once. New slots go to the front only, and the exchange of the front fails when anything was put there since the chain was
/// searched: that is why of two threads that insert one key exactly one wins. Removal leaves nothing behind, so nothing decays.
/// </para>
/// <para>
/// Each slot has a state word: a version in the high half, and in the low half a value that its user defines, 0 meaning dead.
/// Every change of state goes through <see cref="TryChange"/>, which counts the version up, so that a state read from an earlier
/// life of a slot never matches. Who sets the value to 0 must call <see cref="Remove"/>, once.
/// </para>
/// </remarks>
internal sealed class SlotIndex
{
    /// <summary>
    /// Slots in one bucket beyond which it counts as full. With all slots used a bucket holds half a slot on average;
    /// more than 16 has a probability below 1e-20, unless someone knows the seed.
    /// </summary>
    public const int MaxChain = 16;

    private const ulong Mark = 1;
    private const int SlotShift = 1;
    private const ulong SlotMask = (1UL << 28) - 1;
    private const int TagShift = 29;

    // Walks that were disturbed by other threads before an operation that may give up does so.
    private const int MaxRestarts = 256;

    private readonly ulong[] _fronts;
    private readonly Node[] _nodes;
    private readonly SlotPool _pool;
    private readonly ulong _seed;

    /// <summary>Slots come from <paramref name="pool"/> and go back to it as soon as they are out of their chain.</summary>
    public SlotIndex(SlotPool pool)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(pool.Capacity, (int)(SlotMask >> 2));
        _pool = pool;
        _nodes = new Node[pool.Capacity];
        _fronts = new ulong[BitOperations.RoundUpToPowerOf2((uint)pool.Capacity * 2)];
        Span<byte> seed = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(seed);
        _seed = BitConverter.ToUInt64(seed);
    }

    /// <summary>What a search, an insertion or a removal came to.</summary>
    public enum Outcome
    {
        /// <summary>A live slot has the key.</summary>
        Found,

        /// <summary>No live slot has the key.</summary>
        Absent,

        /// <summary>The slot is in the index now.</summary>
        Inserted,

        /// <summary>The bucket has no room.</summary>
        Full,

        /// <summary>Other threads changed the bucket too often meanwhile.</summary>
        Contended,
    }

    public static uint ValueOf(ulong state) => (uint)state;

    public static uint VersionOf(ulong state) => (uint)(state >> 32);

    /// <summary>The state of a slot now.</summary>
    public ulong ReadState(int slot) => Volatile.Read(ref _nodes[slot].State);

    /// <summary>The key of a slot; true to the life of a state that was read before only if a change of that state succeeds afterwards.</summary>
    public SlotKey ReadKey(int slot)
    {
        ref Node node = ref _nodes[slot];
        return new SlotKey(Volatile.Read(ref node.High), Volatile.Read(ref node.Low), Volatile.Read(ref node.Rest));
    }

    /// <summary>Finds the live slot with the key, and the state that showed it live. Found, Absent, or Contended.</summary>
    public Outcome Find(in SlotKey key, out int slot, out ulong state)
    {
        ref ulong front = ref FrontOf(key);
        ulong link = Volatile.Read(ref front);
        slot = SlotOf(link);
        state = 0;
        if (slot < 0)
        {
            return Outcome.Absent;
        }

        // Most keys are at the front of their chain. A slot that is live cannot be marked, so its own link need not be read.
        ref Node node = ref _nodes[slot];
        if (Volatile.Read(ref node.Low) == key.Low && Volatile.Read(ref node.Rest) == key.Rest && Volatile.Read(ref node.High) == key.High)
        {
            state = Volatile.Read(ref node.State);
            if (ValueOf(state) != 0 && Volatile.Read(ref front) == link)
            {
                return Outcome.Found;
            }
        }

        return Walk(ref front, key, matches: true, out slot, out state, out _, out _);
    }

    /// <summary>
    /// Puts a slot that the caller took from the pool into the index, with a value other than 0, unless a live slot has the key:
    /// then Found, with that one. Not Inserted means that the caller still holds the slot.
    /// </summary>
    public Outcome Insert(in SlotKey key, int slot, uint value, out int found, out ulong state)
    {
        ref ulong front = ref FrontOf(key);
        ref Node node = ref _nodes[slot];
        Volatile.Write(ref node.High, key.High);
        Volatile.Write(ref node.Low, key.Low);
        Volatile.Write(ref node.Rest, key.Rest);
        ulong born = Changed(node.State, value);
        Volatile.Write(ref node.State, born);
        for (int lost = 0; lost < MaxRestarts; lost++)
        {
            Outcome outcome = Walk(ref front, key, matches: true, out found, out state, out ulong frontLink, out int length);
            if (outcome == Outcome.Absent && length < MaxChain)
            {
                Volatile.Write(ref node.Link, Relink(node.Link, SlotOf(frontLink)));
                if (Interlocked.CompareExchange(ref front, Relink(frontLink, slot), frontLink) == frontLink)
                {
                    state = born;
                    found = slot;
                    return Outcome.Inserted;
                }

                continue;
            }

            Volatile.Write(ref node.State, Changed(born, 0));
            return outcome == Outcome.Absent ? Outcome.Full : outcome;
        }

        Volatile.Write(ref node.State, Changed(born, 0));
        found = -1;
        state = 0;
        return Outcome.Contended;
    }

    /// <summary>Changes the value of a slot if its state is still the one given. A change to 0 obliges the caller to <see cref="Remove"/>.</summary>
    public bool TryChange(int slot, ulong state, uint value) =>
        Interlocked.CompareExchange(ref _nodes[slot].State, Changed(state, value), state) == state;

    /// <summary>Sets the value of a slot to 0; only for a caller that is the only one to change it now. <see cref="Remove"/> must follow.</summary>
    public void Kill(int slot)
    {
        ref ulong state = ref _nodes[slot].State;
        Volatile.Write(ref state, Changed(state, 0));
    }

    /// <summary>
    /// Takes a dead slot out of its chain and back to the pool. Under very heavy contention the next walk along the chain
    /// does the second half, by whatever thread.
    /// </summary>
    public void Remove(in SlotKey key, int slot)
    {
        ref ulong link = ref _nodes[slot].Link;
        ulong seen = Volatile.Read(ref link);
        while (true)
        {
            // Lost only to a thread that took the next slot out of the chain, so at most as often as the chain is long.
            ulong before = Interlocked.CompareExchange(ref link, seen | Mark, seen);
            if (before == seen)
            {
                break;
            }

            seen = before;
        }

        Walk(ref FrontOf(key), key, matches: false, out _, out _, out _, out _);
    }

    private static ulong Changed(ulong state, uint value) => ((ulong)(VersionOf(state) + 1) << 32) | value;

    private static int SlotOf(ulong link) => (int)((link >> SlotShift) & SlotMask) - 1;

    /// <summary>A link to another slot, with the count of changes raised by one and without mark.</summary>
    private static ulong Relink(ulong link, int slot) => (((link >> TagShift) + 1) << TagShift) | ((ulong)(uint)(slot + 1) << SlotShift);

    private ref ulong FrontOf(in SlotKey key) => ref _fronts[(int)key.Hash(_seed) & (_fronts.Length - 1)];

    /// <summary>
    /// Walks a chain, taking out every marked slot on its way. What was read of a slot counts only if the link that led to it
    /// is unchanged afterwards: then the slot was in the chain at that moment, and was not reused meanwhile.
    /// </summary>
    private Outcome Walk(
        ref ulong front,
        in SlotKey key,
        bool matches,
        out int slot,
        out ulong state,
        out ulong frontLink,
        out int length)
    {
        state = 0;
        length = 0;
        frontLink = 0;
        for (int restarts = 0; restarts < MaxRestarts; restarts++)
        {
            ref ulong toCurrent = ref front;
            ulong link = Volatile.Read(ref front);
            frontLink = link;
            length = 0;
            while ((slot = SlotOf(link)) >= 0)
            {
                // Volatile reads keep their order, so all of them come before the check of the link.
                ref Node node = ref _nodes[slot];
                ulong next = Volatile.Read(ref node.Link);
                bool isMatch = matches
                    && Volatile.Read(ref node.High) == key.High
                    && Volatile.Read(ref node.Low) == key.Low
                    && Volatile.Read(ref node.Rest) == key.Rest;
                state = Volatile.Read(ref node.State);
                if (Volatile.Read(ref toCurrent) != link)
                {
                    break;
                }

                if ((next & Mark) != 0)
                {
                    ulong around = Relink(link, SlotOf(next));
                    if (Interlocked.CompareExchange(ref toCurrent, around, link) != link)
                    {
                        break;
                    }

                    // Whoever takes the slot out gives it back; exactly one thread does.
                    _pool.Give(slot);
                    link = around;
                    if (length == 0)
                    {
                        frontLink = link;
                    }

                    continue;
                }

                if (isMatch && ValueOf(state) != 0)
                {
                    return Outcome.Found;
                }

                toCurrent = ref node.Link;
                link = next;
                length++;
            }

            if (slot < 0)
            {
                return Outcome.Absent;
            }
        }

        slot = -1;
        return Outcome.Contended;
    }

    private struct Node
    {
        /// <summary>
        /// Bit 0: mark, this slot leaves the chain and its link is final. Bits 1 to 28: next slot + 1, 0 at the end.
        /// Bits 29 to 63: count of changes, which goes on when the slot is reused.
        /// </summary>
        public ulong Link;

        public ulong State;
        public ulong High;
        public ulong Low;
        public ulong Rest;
    }
}
