// SPDX-License-Identifier: MIT
using LbEngine.Configuration.Text;

namespace LbEngine.Configuration.Documents;

/// <summary>Reads the settings of one mapping by name, and knows at the end which names nobody asked for.</summary>
internal sealed class MappingReader
{
    private readonly Dictionary<string, ConfigurationEntry> _entries;
    private readonly List<string> _known = [];
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

        context.Refuse(path, $"must be {expected}, was {ConfigurationText.Describe(node)}", node.Line);
        return null;
    }

    /// <summary>Finds a setting and makes its name known; null when it was not written.</summary>
    public ConfigurationNode? Find(string key)
    {
        _known.Add(key);
        return _entries.TryGetValue(key, out ConfigurationEntry? entry) ? entry.Value : null;
    }

    public string PathOf(string key) => ConfigurationText.Join(Path, _entries.TryGetValue(key, out ConfigurationEntry? entry) ? entry.Key : key);

    /// <summary>Opens a mapping inside this one; null when it was not written or is none.</summary>
    public MappingReader? FindMapping(string key, string expected) =>
        Find(key) is ConfigurationNode node ? TryOpen(_context, PathOf(key), node, expected) : null;

    public int ReadInteger(string key, IntegerRange range, int fallback) => ReadOptionalInteger(key, range) ?? fallback;

    /// <summary>Null when it was not written, or is a mistake.</summary>
    public int? ReadOptionalInteger(string key, IntegerRange range)
    {
        if (ReadScalar(key, $"a whole number {range}") is not string text)
        {
            return null;
        }

        if (IntegerText.TryParse(text, range, out int value, out string problem))
        {
            return value;
        }

        _context.Refuse(PathOf(key), problem);
        return null;
    }

    public TimeSpan ReadDuration(string key, DurationRange range, TimeSpan fallback) =>
        ReadOptionalDuration(key, range, DurationText.Format(fallback)) ?? fallback;

    /// <summary>Null when it was not written, or is a mistake.</summary>
    public TimeSpan? ReadOptionalDuration(string key, DurationRange range, string example)
    {
        if (ReadScalar(key, $"a duration such as {example}") is not string text)
        {
            return null;
        }

        if (DurationText.TryParse(text, range, out TimeSpan value, out string problem))
        {
            return value;
        }

        _context.Refuse(PathOf(key), problem);
        return null;
    }

    /// <summary>Reads one word of a few.</summary>
    public T ReadWord<T>(string key, IReadOnlyList<(string Word, T Value)> words, T fallback)
    {
        IEnumerable<string> names = words.Select(word => word.Word);
        string expected = $"one of {string.Join(", ", names)}";
        if (ReadScalar(key, expected) is not string text)
        {
            return fallback;
        }

        foreach ((string word, T value) in words)
        {
            if (_context.KeyComparer.Equals(word, text))
            {
                return value;
            }
        }

        _context.Refuse(PathOf(key), $"must be {expected}, was {ConfigurationText.Quote(text)}{_context.Suggest(text, names)}");
        return fallback;
    }

    /// <summary>Reads a text that is not empty.</summary>
    public string ReadText(string key, string expected, string fallback = "") => ReadScalar(key, expected) ?? fallback;

    /// <summary>Reads a text that is not empty; null when it was not written, or is a mistake.</summary>
    public string? ReadOptionalText(string key, string expected) => ReadScalar(key, expected);

    /// <summary>Complains of every name that was written and never asked for.</summary>
    public void RefuseUnknown() => RefuseOthers(_known);

    /// <summary>Complains of every name that was written and is none of these.</summary>
    public void RefuseOthers(IReadOnlyList<string> names)
    {
        foreach (ConfigurationEntry entry in _entries.Values)
        {
            if (names.Contains(entry.Key, _context.KeyComparer))
            {
                continue;
            }

            string suggestion = _context.Suggest(entry.Key, names);
            string help = suggestion.Length > 0 ? suggestion : $"; known here: {string.Join(", ", names)}";
            _context.Report(ConfigurationText.Join(Path, entry.Key), $"is not a known setting{help}");
            if (NameSuggestion.Find(entry.Key, names) is string meant && !_entries.ContainsKey(meant))
            {
                _context.MarkUnread(ConfigurationText.Join(Path, meant));
            }
        }
    }

    private string? ReadScalar(string key, string expected)
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
}
