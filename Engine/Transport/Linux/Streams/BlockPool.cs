// SPDX-License-Identifier: MIT
namespace LbEngine.Transport.Linux.Streams;

/// <summary>Buffers for bytes that a blocked peer would not take. Reactor thread only.</summary>
internal sealed class BlockPool
{
    // Kept for reuse: 16 MiB per reactor. Blocks beyond that go to the collector when the peers have caught up.
    private const int MaxKept = 256;

    private readonly Stack<byte[]> _free = new();
    private readonly BufferBudget _budget;

    /// <summary>Size of a block, and so the most that one direction ever holds in user memory.</summary>
    public const int BlockSize = 64 * 1024;

    /// <param name="budget">Bounds the blocks of all reactors, those that are kept included.</param>
    public BlockPool(BufferBudget budget) => _budget = budget;

    /// <summary>True when there is one, or room for one; else read no more than the peer takes.</summary>
    public bool CanRent => _free.Count > 0 || !_budget.IsShort;

    /// <summary>Blocks that are out.</summary>
    public int Rented { get; private set; }

    public byte[] Rent()
    {
        Rented++;
        if (_free.TryPop(out byte[]? block))
        {
            return block;
        }

        _budget.Take(BlockSize);
        return GC.AllocateUninitializedArray<byte>(BlockSize);
    }

    public void Return(byte[] block)
    {
        Rented--;
        if (_free.Count < MaxKept && !_budget.IsShort)
        {
            _free.Push(block);
        }
        else
        {
            _budget.Give(BlockSize);
        }
    }
}
