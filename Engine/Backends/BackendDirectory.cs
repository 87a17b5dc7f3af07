// SPDX-License-Identifier: MIT
namespace LbEngine.Backends;

/// <summary>Backends by number, for tables that store numbers instead of references. Any thread.</summary>
internal sealed class BackendDirectory
{
    // Backends are added by whoever changes the engine, and forgotten whenever one has lost its last connection.
    private readonly Lock _writing = new();
    private volatile Backend?[] _byId = [];
    private int _nextId;

    /// <summary>The number that the next backend gets. One caller at a time.</summary>
    public int NextId => _nextId;

    /// <summary>Null for numbers that were never given out, and for backends that were forgotten. Any thread.</summary>
    public Backend? Find(int id)
    {
        Backend?[] byId = _byId;
        return (uint)id < (uint)byId.Length ? Volatile.Read(ref byId[id]) : null;
    }

    /// <summary>All that are known now. Any thread.</summary>
    public IEnumerable<Backend> ReadAll() => _byId.OfType<Backend>();

    /// <summary>A number that no other backend gets. One caller at a time.</summary>
    public int TakeId() => _nextId++;

    /// <summary>Makes a backend known under its own number. Any thread.</summary>
    public void Add(Backend backend)
    {
        lock (_writing)
        {
            Backend?[] byId = _byId;
            if (backend.Id >= byId.Length)
            {
                var grown = new Backend?[Math.Max(backend.Id + 1, 2 * byId.Length)];
                byId.CopyTo(grown, 0);
                _byId = byId = grown;
            }

            Volatile.Write(ref byId[backend.Id], backend);
            _nextId = Math.Max(_nextId, backend.Id + 1);
        }
    }

    /// <summary>Lets go of a backend that was removed from its pool and holds no connection any more. Its number is not given out again. Any thread.</summary>
    public void Forget(Backend backend)
    {
        lock (_writing)
        {
            Volatile.Write(ref _byId[backend.Id], null);
        }
    }
}
