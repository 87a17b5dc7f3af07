// SPDX-License-Identifier: MIT
namespace LbEngine.Backends;

/// <summary>Backends by number, for tables that store numbers instead of references. One writer at a time adds; any thread finds.</summary>
internal sealed class BackendDirectory
{
    private volatile Backend?[] _byId = [];

    /// <summary>The number that the next backend gets. Writer only.</summary>
    public int NextId => _byId.Length;

    /// <summary>Null for numbers that were never given out.</summary>
    public Backend? Find(int id)
    {
        Backend?[] byId = _byId;
        return (uint)id < (uint)byId.Length ? byId[id] : null;
    }

    /// <summary>Makes a backend known under its own number. Writer only.</summary>
    public void Add(Backend backend)
    {
        Backend?[] old = _byId;
        var grown = new Backend?[Math.Max(old.Length, backend.Id + 1)];
        old.CopyTo(grown, 0);
        grown[backend.Id] = backend;
        _byId = grown;
    }
}
