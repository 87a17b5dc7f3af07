// SPDX-License-Identifier: MIT
namespace LbEngine.Transport.Linux.Streams;

/// <summary>Buffers for bytes that a blocked peer would not take. Reactor thread only.</summary>
internal sealed class BlockPool
{
    // Kept for reuse: 16 MiB per reactor. Blocks beyond that go to the collector when the peers have caught up.
    private const int MaxKept = 256;

    private readonly Stack<byte[]> _free = new();

    /// <summary>Size of a block, and so the most that one direction ever holds in user memory.</summary>
    public const int BlockSize = 64 * 1024;

    /// <summary>Blocks that are out.</summary>
    public int Rented { get; private set; }

    public byte[] Rent()
    {
        Rented++;
        return _free.TryPop(out byte[]? block) ? block : GC.AllocateUninitializedArray<byte>(BlockSize);
    }

    public void Return(byte[] block)
    {
        Rented--;
        if (_free.Count < MaxKept)
        {
            _free.Push(block);
        }
    }
}
