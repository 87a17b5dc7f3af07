// SPDX-License-Identifier: MIT
namespace LbEngine.Inspection.Tls;

/// <summary>Numbers under names of bytes; a look-up takes a span, allocates nothing, and costs the same however many names there are.</summary>
/// <remarks>
/// The hash runs from the last byte to the first, so that whoever walks a name from its end has the hash of each suffix on the way.
/// Open addressing, at most half full. Immutable once built; any thread.
/// </remarks>
internal sealed class NameTable
{
    /// <summary>What a hash begins with.</summary>
    public const uint EmptyHash = 2166136261;

    private readonly byte[]?[] _names;
    private readonly uint[] _hashes;
    private readonly int[] _numbers;
    private readonly int _mask;

    /// <param name="entries">Names, each once, with their numbers, 0 or more.</param>
    public NameTable(IReadOnlyCollection<KeyValuePair<byte[], int>> entries)
    {
        int size = 2;
        while (size < entries.Count * 2)
        {
            size *= 2;
        }

        _names = new byte[]?[size];
        _hashes = new uint[size];
        _numbers = new int[size];
        _mask = size - 1;
        foreach ((byte[] name, int number) in entries)
        {
            uint hash = Hash(name);
            int slot = Slot(hash);
            while (_names[slot] is not null)
            {
                slot = (slot + 1) & _mask;
            }

            (_names[slot], _hashes[slot], _numbers[slot]) = (name, hash, number);
        }
    }

    /// <summary>The hash of a byte put before what was hashed so far.</summary>
    public static uint Prepend(uint hash, byte one) => (hash ^ one) * 16777619;

    /// <summary>The number of a name; -1 when it is not here.</summary>
    public int Find(ReadOnlySpan<byte> name) => Find(name, Hash(name));

    /// <summary>The same for a name whose hash is known.</summary>
    public int Find(ReadOnlySpan<byte> name, uint hash)
    {
        for (int slot = Slot(hash); _names[slot] is byte[] candidate; slot = (slot + 1) & _mask)
        {
            if (_hashes[slot] == hash && name.SequenceEqual(candidate))
            {
                return _numbers[slot];
            }
        }

        return -1;
    }

    private static uint Hash(ReadOnlySpan<byte> name)
    {
        uint hash = EmptyHash;
        for (int i = name.Length - 1; i >= 0; i--)
        {
            hash = Prepend(hash, name[i]);
        }

        return hash;
    }

    // The low bits of FNV know little of the bytes hashed last.
    private int Slot(uint hash) => (int)((hash ^ (hash >> 15)) & (uint)_mask);
}
