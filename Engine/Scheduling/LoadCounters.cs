// SPDX-License-Identifier: MIT
namespace LbEngine.Scheduling;

/// <summary>Live connection counts of one pool, one slot per backend, packed so that a scan reads consecutive memory.</summary>
/// <remarks>
/// A backend keeps its slot for life. The memory grows by whole chunks and never moves, so a count survives every
/// configuration change without a lock. Any thread may count; only the pool's single writer may call <see cref="EnsureCapacity"/>.
/// </remarks>
internal sealed class LoadCounters
{
    /// <summary>Slots per chunk; 64 counts of 4 bytes are four cache lines.</summary>
    public const int ChunkSize = 64;

    private const int ChunkShift = 6;
    private const int ChunkMask = ChunkSize - 1;

    private volatile int[][] _chunks = [];

    /// <summary>The chunks as they are now; slot s lies in chunk s / 64 at s % 64. Any thread.</summary>
    public int[][] Chunks => _chunks;

    /// <summary>Makes room for <paramref name="slots"/> slots. Pool writer only.</summary>
    public void EnsureCapacity(int slots)
    {
        int[][] old = _chunks;
        int needed = (slots + ChunkMask) >> ChunkShift;
        if (needed <= old.Length)
        {
            return;
        }

        var grown = new int[needed][];
        old.CopyTo(grown, 0);
        for (int i = old.Length; i < needed; i++)
        {
            grown[i] = new int[ChunkSize];
        }

        _chunks = grown;
    }

    /// <summary>The live count of a slot. Any thread.</summary>
    public int Read(int slot) => Volatile.Read(ref _chunks[slot >> ChunkShift][slot & ChunkMask]);

    /// <summary>Counts one more and returns the new count. Any thread.</summary>
    public int Increment(int slot) => Interlocked.Increment(ref _chunks[slot >> ChunkShift][slot & ChunkMask]);

    /// <summary>Counts one more unless the count has reached <paramref name="limit"/>. Any thread; lock-free.</summary>
    /// <remarks>
    /// Never passes the limit, not even for a moment: adding first and taking back would make other threads see a full
    /// backend where a place is free. A lost exchange means that another thread has counted.
    /// </remarks>
    public bool TryIncrement(int slot, int limit)
    {
        ref int count = ref _chunks[slot >> ChunkShift][slot & ChunkMask];
        int seen = Volatile.Read(ref count);
        while (seen < limit)
        {
            int before = Interlocked.CompareExchange(ref count, seen + 1, seen);
            if (before == seen)
            {
                return true;
            }

            seen = before;
        }

        return false;
    }

    /// <summary>Counts one less and returns the new count. Any thread.</summary>
    public int Decrement(int slot) => Interlocked.Decrement(ref _chunks[slot >> ChunkShift][slot & ChunkMask]);
}
