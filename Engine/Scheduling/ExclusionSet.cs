// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace LbEngine.Scheduling;

/// <summary>Up to <see cref="Capacity"/> backend indices that a pick must avoid. A small value without heap memory.</summary>
public struct ExclusionSet : IEquatable<ExclusionSet>
{
    /// <summary>The most indices that one set holds; also the upper bound of connect attempts.</summary>
    public const int Capacity = 8;

    private Slots _slots; // mutable, keep non-readonly
    private int _count;

    /// <summary>How many indices the set holds.</summary>
    public readonly int Count => _count;

    /// <summary>Tells whether <paramref name="index"/> is in the set. At most <see cref="Capacity"/> comparisons.</summary>
    public readonly bool Contains(int index)
    {
        for (int i = 0; i < _count; i++)
        {
            if (_slots[i] == index)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Adds <paramref name="index"/>. Returns false, changing nothing, when the set is full.</summary>
    public bool Add(int index)
    {
        if (_count == Capacity)
        {
            return false;
        }

        _slots[_count++] = index;
        return true;
    }

    /// <inheritdoc/>
    public readonly bool Equals(ExclusionSet other)
    {
        if (_count != other._count)
        {
            return false;
        }

        for (int i = 0; i < _count; i++)
        {
            if (_slots[i] != other._slots[i])
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is ExclusionSet other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => _count == 0 ? 0 : HashCode.Combine(_count, _slots[0]);

    /// <summary>True when both sets hold the same indices in the same order.</summary>
    public static bool operator ==(ExclusionSet first, ExclusionSet second) => first.Equals(second);

    /// <summary>True when the sets differ.</summary>
    public static bool operator !=(ExclusionSet first, ExclusionSet second) => !first.Equals(second);

    [InlineArray(Capacity)]
    private struct Slots
    {
        private int _first;
    }
}
