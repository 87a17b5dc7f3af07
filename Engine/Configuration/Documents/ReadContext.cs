// SPDX-License-Identifier: MIT
using LbEngine.Configuration.Text;

namespace LbEngine.Configuration.Documents;

/// <summary>What one reading of a document collects: every mistake, every warning, and the place of every setting. One thread.</summary>
internal sealed class ReadContext(StringComparer keyComparer)
{
    /// <summary>Suggestions cost time in proportion to the names there are; a document with more mistakes than this gets the rest without.</summary>
    private const int MostSuggestions = 100;

    private readonly Dictionary<string, DocumentPlace> _places = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unread = new(StringComparer.Ordinal);
    private readonly HashSet<string> _touched = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _origins = new(StringComparer.Ordinal);
    private readonly Dictionary<string, MappingReader> _defaults = new(StringComparer.Ordinal);
    private readonly HashSet<ConfigurationError> _known = [];
    private readonly List<ConfigurationError> _errors = [];
    private readonly List<ConfigurationWarning> _warnings = [];

    /// <summary>How the keys of the schema are compared: files are exact, an <c>IConfiguration</c> ignores case.</summary>
    public StringComparer KeyComparer => keyComparer;

    public IReadOnlyList<ConfigurationError> Errors => _errors;

    public IReadOnlyList<ConfigurationWarning> Warnings => _warnings;

    public void Note(string path, DocumentPlace place) => _places.TryAdd(path, place);

    /// <summary>Reports a mistake that leaves the setting unread: nobody complains of its value again.</summary>
    public void Refuse(string path, string message, DocumentPlace? at = null)
    {
        Report(path, message, at);
        MarkUnread(path);
    }

    /// <summary>Reports a mistake that leaves everything readable; once, though what holds for many is read for each of them.</summary>
    public void Report(string path, string message, DocumentPlace? at = null)
    {
        DocumentPlace place = at is { Line: not null } known ? known : FindPlace(path);
        var error = new ConfigurationError(path, message, place.Line) { File = place.File };
        if (_known.Add(error))
        {
            _errors.Add(error);
        }
    }

    /// <summary>The value of a setting is written elsewhere.</summary>
    public void NoteOrigin(string path, string origin) => _origins[path] = origin;

    /// <summary>Where the value of a setting is written: there, or where it holds for all.</summary>
    public string OriginOf(string path) => _origins.GetValueOrDefault(path, path);

    /// <summary>What a document says once for all sections of a name.</summary>
    public void SetDefaults(string name, MappingReader defaults) => _defaults[name] = defaults;

    /// <summary>The same; null for nothing.</summary>
    public MappingReader? FindDefaults(string name) => _defaults.GetValueOrDefault(name);

    public void Warn(string path, string message)
    {
        DocumentPlace place = FindPlace(path);
        _warnings.Add(new ConfigurationWarning(path, message, place.Line) { File = place.File });
    }

    public void MarkUnread(string path)
    {
        _ = _unread.Add(path);
        for (string step = path; step.Length > 0 && _touched.Add(step); step = ConfigurationText.Parent(step))
        {
        }
    }

    /// <summary>True when the setting itself, something around it or something inside it could not be read.</summary>
    public bool IsSuspect(string path)
    {
        bool suspect = _touched.Contains(path);
        for (string step = path; step.Length > 0 && !suspect; step = ConfigurationText.Parent(step))
        {
            suspect = _unread.Contains(step);
        }

        return suspect;
    }

    /// <summary>True when exactly this setting could not be read.</summary>
    public bool IsUnread(string path) => _unread.Contains(path);

    public string Suggest(string name, IEnumerable<string> candidates) =>
        FindMeant(name, candidates) is string meant ? NameSuggestion.Phrase(meant) : "";

    /// <summary>The candidate that was probably meant; null when none is close, or nobody reads on that far.</summary>
    public string? FindMeant(string name, IEnumerable<string> candidates) =>
        _errors.Count < MostSuggestions ? NameSuggestion.Find(name, candidates) : null;

    /// <summary>Where the setting is, or the closest thing around it that was written.</summary>
    public DocumentPlace FindPlace(string path)
    {
        for (string step = path; ; step = ConfigurationText.Parent(step))
        {
            if (_places.TryGetValue(step, out DocumentPlace place))
            {
                return place;
            }

            if (step.Length == 0)
            {
                return default;
            }
        }
    }
}
