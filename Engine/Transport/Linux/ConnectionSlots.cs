// SPDX-License-Identifier: MIT
using Microsoft.Extensions.ObjectPool;

namespace LbEngine.Transport.Linux;

/// <summary>The live connections of one reactor, found by the slot and generation that epoll data carries. Reactor thread only.</summary>
internal sealed class ConnectionSlots
{
    // Idle objects kept for reuse. More than this only lives through a burst.
    private const int MaxPooled = 16_384;

    private readonly DefaultObjectPool<LinuxConnection> _pool = new(new DefaultPooledObjectPolicy<LinuxConnection>(), MaxPooled);
    private readonly Stack<int> _free = new();
    private LinuxConnection?[] _connections = new LinuxConnection?[64];
    private uint[] _generations = new uint[64];
    private int _used;

    /// <summary>Live connections.</summary>
    public int Count { get; private set; }

    /// <summary>Upper bound of indices in use, for walking all of them.</summary>
    public int Bound => _used;

    /// <summary>A fresh object that is in no slot yet; give it back with <see cref="Return"/> or place it with <see cref="Add"/>.</summary>
    public LinuxConnection Rent() => _pool.Get();

    public void Return(LinuxConnection connection)
    {
        connection.Reset();
        _pool.Return(connection);
    }

    public void Add(LinuxConnection connection)
    {
        if (!_free.TryPop(out int index))
        {
            index = _used++;
            if (index == _connections.Length)
            {
                Array.Resize(ref _connections, index * 2);
                Array.Resize(ref _generations, index * 2);
            }
        }

        connection.Index = index;
        connection.Generation = _generations[index];
        _connections[index] = connection;
        Count++;
    }

    /// <summary>Frees the slot; events that are still queued for it no longer find anything.</summary>
    public void Remove(LinuxConnection connection)
    {
        int index = connection.Index;
        _connections[index] = null;
        _generations[index] = (_generations[index] + 1) & EpollToken.GenerationMask;
        _free.Push(index);
        Count--;
    }

    /// <summary>Null when the connection that the token named has ended.</summary>
    public LinuxConnection? Find(EpollToken token)
    {
        int index = token.Index;
        return (uint)index < (uint)_used && _generations[index] == token.Generation ? _connections[index] : null;
    }

    public LinuxConnection? At(int index) => _connections[index];
}
