// SPDX-License-Identifier: MIT
using LbEngine.Configuration.Text;

namespace LbEngine.Configuration.Documents;

/// <summary>Reads the settings of one mapping by name.</summary>
internal sealed class MappingReader
{
    private readonly Dictionary<string, ConfigurationEntry> _entries;
    private readonly ReadContext _context;

    private MappingReader(ReadContext context, string path, ConfigurationNode node)
    {
        _context = context;
        Path = path;
        _entries = new(context.KeyComparer);
        foreach (ConfigurationEntry entry in node.Entries)
        {
            string entryPath = ConfigurationText.Join(path, entry.Key);
            if (_entries.TryAdd(entry.Key, entry))
            {
                context.Note(entryPath, entry.Line ?? entry.Value.Line);
            }
            else
            {
                string first = _entries[entry.Key].Line is int line ? $"; the first is on line {line}" : "";
                context.Report(entryPath, $"this name is used twice{first}; keep one", entry.Line);
            }
        }
    }

    public string Path { get; }

    /// <summary>Every entry, for mappings whose names are free.</summary>
    public IEnumerable<ConfigurationEntry> Entries => _entries.Values;

    /// <summary>Opens a mapping; anything else is a mistake, and null comes back.</summary>
    public static MappingReader? TryOpen(ReadContext context, string path, ConfigurationNode node, string expected)
    {
        if (node.Kind == ConfigurationNodeKind.Mapping)
        {
            return new MappingReader(context, path, node);
        }

        string remedy = node.Kind == ConfigurationNodeKind.Scalar ? ConfigurationText.AskForBlank(node.Text) : "";
        context.Refuse(path, $"must be {expected}, was {ConfigurationText.Describe(node)}{remedy}", node.Line);
        return null;
    }

    /// <summary>Finds a setting; null when it was not written.</summary>
    public ConfigurationNode? Find(string key) => _entries.TryGetValue(key, out ConfigurationEntry? entry) ? entry.Value : null;

    public string PathOf(string key) => ConfigurationText.Join(Path, _entries.TryGetValue(key, out ConfigurationEntry? entry) ? entry.Key : key);

    /// <summary>The text of a setting; null when it was not written, or is a mistake.</summary>
    public string? ReadScalar(string key, string expected)
    {
        ConfigurationNode? node = Find(key);
        if (node is null)
        {
            return null;
        }

        if (node.Kind == ConfigurationNodeKind.Scalar && node.Text.Length > 0)
        {
            return node.Text;
        }

        string remedy = node.Kind == ConfigurationNodeKind.Null ? "; write it, or leave the name out" : "";
        _context.Refuse(PathOf(key), $"must be {expected}, was {ConfigurationText.Describe(node)}{remedy}");
        return null;
    }

    /// <summary>Takes out what is no setting, so that nobody complains of its name.</summary>
    public bool Remove(string key) => _entries.Remove(key);

    /// <summary>Complains of every name that was written and is none of these.</summary>
    public void RefuseOthers(IReadOnlyList<string> names)
    {
        string? known = null;
        foreach (ConfigurationEntry entry in _entries.Values)
        {
            if (names.Contains(entry.Key, _context.KeyComparer))
            {
                continue;
            }

            string blank = entry.Value.Kind == ConfigurationNodeKind.Null ? ConfigurationText.AskForBlank(entry.Key) : "";
            string? meant = blank.Length > 0 ? entry.Key[..entry.Key.IndexOf(':', StringComparison.Ordinal)] : _context.FindMeant(entry.Key, names);
            known ??= string.Join(", ", names);
            string help = blank.Length > 0 ? blank : meant is null ? $"; known here: {known}" : NameSuggestion.Phrase(meant);
            _context.Report(ConfigurationText.Join(Path, entry.Key), $"is not a known setting{help}");
            if (meant is not null && !_entries.ContainsKey(meant))
            {
                _context.MarkUnread(ConfigurationText.Join(Path, meant));
            }
        }
    }
}
