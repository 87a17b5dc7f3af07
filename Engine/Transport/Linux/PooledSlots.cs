// SPDX-License-Identifier: MIT
using Microsoft.Extensions.ObjectPool;

namespace LbEngine.Transport.Linux;

/// <summary>The live connections (or flows) of one reactor, found by the slot and generation that epoll data carries. Reactor thread only.</summary>
internal sealed class PooledSlots<T>
    where T : class, ISlotted, new()
{
    // Idle objects kept for reuse. More than this only lives through a burst.
    private const int MaxPooled = 16_384;

    private readonly DefaultObjectPool<T> _pool = new(new DefaultPooledObjectPolicy<T>(), MaxPooled);
    private readonly Stack<int> _free = new();
    private T?[] _items = new T?[64];
    private uint[] _generations = new uint[64];
    private int _used;

    /// <summary>Live ones.</summary>
    public int Count { get; private set; }

    /// <summary>Upper bound of indices in use, for walking all of them.</summary>
    public int Bound => _used;

    /// <summary>A fresh object that is in no slot yet; give it back with <see cref="Return"/> or place it with <see cref="Add"/>.</summary>
    public T Rent() => _pool.Get();

    public void Return(T item)
    {
        item.Reset();
        _pool.Return(item);
    }

    public void Add(T item)
    {
        if (!_free.TryPop(out int index))
        {
            index = _used++;
            if (index == _items.Length)
            {
                Array.Resize(ref _items, index * 2);
                Array.Resize(ref _generations, index * 2);
            }
        }

        item.Index = index;
        item.Generation = _generations[index];
        _items[index] = item;
        Count++;
    }

    /// <summary>Frees the slot; events that are still queued for it no longer find anything.</summary>
    public void Remove(T item)
    {
        int index = item.Index;
        _items[index] = null;
        _generations[index] = (_generations[index] + 1) & EpollToken.GenerationMask;
        _free.Push(index);
        Count--;
    }

    /// <summary>Null when what the token named has ended.</summary>
    public T? Find(EpollToken token)
    {
        int index = token.Index;
        return (uint)index < (uint)_used && _generations[index] == token.Generation ? _items[index] : null;
    }

    public T? At(int index) => _items[index];
}
