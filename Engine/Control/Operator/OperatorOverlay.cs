// SPDX-License-Identifier: MIT

namespace LbEngine.Control.Operator;

/// <summary>What the operator has set at run time, over what the configuration says. Survives reloads. One caller at a time.</summary>
internal sealed class OperatorOverlay
{
    private readonly Dictionary<(string Pool, string Backend), BackendOverride> _entries = [];

    /// <summary>Every backend of which the operator wants something.</summary>
    public IReadOnlyDictionary<(string Pool, string Backend), BackendOverride> Entries => _entries;

    public BackendOverride Find(string pool, string backend) => _entries.GetValueOrDefault((pool, backend));

    public void Set(string pool, string backend, BackendOverride value)
    {
        if (value == default)
        {
            _entries.Remove((pool, backend));
        }
        else
        {
            _entries[(pool, backend)] = value;
        }
    }

    /// <summary>Drops what was set for backends that are gone: one that comes back under an old name starts afresh. True when anything was.</summary>
    public bool ForgetUnless(Func<string, string, bool> isPresent)
    {
        int before = _entries.Count;
        foreach ((string pool, string backend) in _entries.Keys)
        {
            if (!isPresent(pool, backend))
            {
                // Removing during an enumeration is allowed, and does not disturb it.
                _entries.Remove((pool, backend));
            }
        }

        return _entries.Count < before;
    }
}
