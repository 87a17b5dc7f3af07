// SPDX-License-Identifier: MIT
using LbEngine.Configuration.Text;

namespace LbEngine.Configuration.Documents;

/// <summary>Reads the settings of one mapping by name.</summary>
internal sealed class MappingReader
{
    private readonly Dictionary<string, ConfigurationEntry> _entries;
    private readonly ReadContext _context;
    private readonly MappingReader? _defaults;

    private MappingReader(ReadContext context, string path, ConfigurationNode node, MappingReader? defaults, bool isOfDefaults = false)
    {
        _context = context;
        _defaults = defaults;
        IsOfDefaults = isOfDefaults;
        Path = path;
        _entries = new(context.KeyComparer);
        foreach (ConfigurationEntry entry in node.Entries)
        {
            string entryPath = ConfigurationText.Join(path, entry.Key);
            if (_entries.TryAdd(entry.Key, entry))
            {
                context.Note(entryPath, DocumentPlace.Of(entry));
            }
            else
            {
                var place = DocumentPlace.Of(_entries[entry.Key]);
                string first = place.Line is null ? "" : $"; the first is {place}";
                context.Report(entryPath, $"this name is used twice{first}; keep one", DocumentPlace.Of(entry));
            }
        }
    }

    public string Path { get; }

    /// <summary>True when nothing of it is written here: what is missing is told once, where the defaults are written.</summary>
    public bool IsOfDefaults { get; }

    /// <summary>Every entry, for mappings whose names are free.</summary>
    public IEnumerable<ConfigurationEntry> Entries => _entries.Values;

    /// <summary>Opens a mapping; anything else is a mistake, and null comes back.</summary>
    /// <param name="context">Collects mistakes.</param>
    /// <param name="path">Where the mapping is.</param>
    /// <param name="node">The mapping.</param>
    /// <param name="expected">What belongs there.</param>
    /// <param name="defaults">What holds for names that it does not have; null for nothing.</param>
    public static MappingReader? TryOpen(ReadContext context, string path, ConfigurationNode node, string expected, MappingReader? defaults = null)
    {
        if (node.Kind == ConfigurationNodeKind.Mapping)
        {
            return new MappingReader(context, path, node, defaults);
        }

        string remedy = node.Kind == ConfigurationNodeKind.Scalar ? ConfigurationText.AskForBlank(node.Text) : "";
        context.Refuse(path, $"must be {expected}, was {ConfigurationText.Describe(node)}{remedy}", DocumentPlace.Of(node));
        return null;
    }

    /// <summary>A mapping that is not written: all that it has is what holds for all such mappings.</summary>
    public static MappingReader OfDefaults(ReadContext context, string path, MappingReader defaults) =>
        new(context, path, ConfigurationNode.Mapping([]), defaults, isOfDefaults: true);

    /// <summary>Finds a setting, or what holds for all such mappings; null when there is neither.</summary>
    public ConfigurationNode? Find(string key) => FindOwn(key) ?? FindDefault(key)?.Node;

    /// <summary>Finds a setting that was written here; null when it was not.</summary>
    public ConfigurationNode? FindOwn(string key) => _entries.TryGetValue(key, out ConfigurationEntry? entry) ? entry.Value : null;

    public bool IsOwn(string key) => _entries.ContainsKey(key);

    /// <summary>What holds for all such mappings, and where that is written; null for nothing.</summary>
    public (ConfigurationNode Node, string Path)? FindDefault(string key)
    {
        if (_defaults is null)
        {
            return null;
        }

        return _defaults.FindOwn(key) is ConfigurationNode node ? (node, _defaults.PathOf(key)) : _defaults.FindDefault(key);
    }

    /// <summary>Where a setting is written, or would be.</summary>
    public string PathOf(string key) => _entries.TryGetValue(key, out ConfigurationEntry? entry)
        ? ConfigurationText.Join(Path, entry.Key)
        : FindDefault(key)?.Path ?? ConfigurationText.Join(Path, key);

    /// <summary>The text of a setting; null when it was not written, or is a mistake.</summary>
    /// <param name="key">The setting.</param>
    /// <param name="expected">What belongs there.</param>
    /// <param name="mayBeDefault">False for what each mapping says itself, unless none of it is written.</param>
    public string? ReadScalar(string key, string expected, bool mayBeDefault = true)
    {
        ConfigurationNode? node = mayBeDefault || IsOfDefaults ? Find(key) : FindOwn(key);
        if (node is not null && !IsOwn(key))
        {
            // What is wrong with the value is told of the place where it is written.
            _context.NoteOrigin(ConfigurationText.Join(Path, key), PathOf(key));
        }

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

    /// <summary>The same for all names that begin so.</summary>
    public void RemoveAll(string prefix)
    {
        foreach (string key in _entries.Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal)).ToArray())
        {
            _ = _entries.Remove(key);
        }
    }

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
