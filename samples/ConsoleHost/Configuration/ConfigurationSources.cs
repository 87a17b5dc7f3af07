// SPDX-License-Identifier: MIT
using System.Globalization;
using LbEngine.Configuration;

namespace LbEngine.ConsoleHost.Configuration;

/// <summary>The file of a configuration, and all that it includes, as one tree. One thread; bounded in files, bytes and depth.</summary>
internal sealed class ConfigurationSources
{
    /// <summary>Files that one configuration may have.</summary>
    public const int MostFiles = 256;

    /// <summary>Bytes that they may have, all together.</summary>
    public const int MostBytes = 4 << 20;

    /// <summary>Files that may include one another, the first one counted.</summary>
    public const int MostDepth = 8;

    private const string IncludeKey = "include";

    private static readonly string[] Shared = ["listeners", "pools", "defaults"];

    private readonly List<ConfigurationError> _errors = [];
    private readonly List<ConfigurationEntry> _entries = [];
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);
    private readonly List<string> _places = [];
    private long _bytes;

    private ConfigurationSources()
    {
    }

    /// <summary>What was wrong with the files; what is wrong with the settings in them, the reader tells.</summary>
    public IReadOnlyList<ConfigurationError> Errors => _errors;

    /// <summary>Everything that was read or looked for: files, and folders and patterns by which they were found.</summary>
    public IReadOnlyList<string> Places => _places;

    /// <summary>True when there is more than one file.</summary>
    public bool HasIncludes => _places.Count > 1;

    /// <summary>The whole; without meaning when there are errors.</summary>
    public ConfigurationNode Root { get; private set; } = ConfigurationNode.Null();

    /// <summary>Reads a file, those that it includes, and so on. Throws nothing.</summary>
    public static ConfigurationSources Load(string path)
    {
        var sources = new ConfigurationSources();
        if (sources.Read(path, file: null, depth: 1, included: null) is ConfigurationNode root)
        {
            sources.Root = root.Kind == ConfigurationNodeKind.Mapping ? ConfigurationNode.Mapping(sources._entries, root.Line) : root;
        }

        return sources;
    }

    /// <summary>Reads one file; its entries are added to those of the whole. Null when it cannot be read.</summary>
    private ConfigurationNode? Read(string path, string? file, int depth, ConfigurationNode? included)
    {
        _places.Add(path);
        if (!ConfigurationFile.TryReadBytes(path, out byte[] bytes, out string problem))
        {
            return Refuse(included, included is null ? problem : $"{path}: {problem}");
        }

        _bytes += bytes.Length;
        if (_bytes > MostBytes)
        {
            return Refuse(included, string.Create(CultureInfo.InvariantCulture, $"all files together have more than {MostBytes >> 20} MiB"));
        }

        _read.Add(Path.GetFullPath(path));
        if (!ConfigurationFile.TryParse(bytes, ConfigurationFile.IsJson(path, bytes), out ConfigurationNode root, out ConfigurationError error))
        {
            _errors.Add(error with { File = file });
            return null;
        }

        root = file is null ? root : root.InFile(file);
        if (root.Kind != ConfigurationNodeKind.Mapping)
        {
            // Only the first file is told of as a whole; an empty one among others says nothing.
            return file is null || root.Kind == ConfigurationNodeKind.Null
                ? root
                : Refuse(root, "must be a mapping of settings, as in every configuration", path: "");
        }

        foreach (ConfigurationEntry entry in root.Entries)
        {
            if (entry.Key == IncludeKey)
            {
                Include(path, entry, depth);
            }
            else if (file is null || (entry.Key != "$schema" && !entry.Key.StartsWith("x-", StringComparison.Ordinal)))
            {
                Add(entry);
            }
        }

        return root;
    }

    /// <summary>Listeners, pools and defaults of several files stand beside each other; any other setting is said once.</summary>
    private void Add(ConfigurationEntry entry)
    {
        int same = _entries.FindIndex(other => other.Key == entry.Key && other.Value.File != entry.Value.File && Shared.Contains(entry.Key));
        if (same >= 0 && _entries[same].Value.Kind == ConfigurationNodeKind.Mapping && entry.Value.Kind == ConfigurationNodeKind.Mapping)
        {
            ConfigurationEntry first = _entries[same];

            // The first file has no name, and what is inside would get one: so the whole stands where that file has it, if it has.
            ConfigurationEntry place = entry.Value.File is null ? entry : first;
            var both = ConfigurationNode.Mapping([.. first.Value.Entries, .. entry.Value.Entries], place.Value.Line);
            _entries[same] = place with { Value = both.InFile(place.Value.File) };
        }
        else
        {
            _entries.Add(entry);
        }
    }

    private void Include(string path, ConfigurationEntry entry, int depth)
    {
        IReadOnlyList<ConfigurationNode> wanted = entry.Value.Kind == ConfigurationNodeKind.Sequence ? entry.Value.Items : [entry.Value];
        foreach (ConfigurationNode one in wanted)
        {
            if (one.Kind != ConfigurationNodeKind.Scalar || one.Text.Length == 0)
            {
                Refuse(one, "must be the path of a file or a folder, or a list of such paths");
            }
            else if (depth == MostDepth)
            {
                Refuse(one, string.Create(CultureInfo.InvariantCulture, $"files include one another more than {MostDepth} deep"));
            }
            else
            {
                IncludeAll(Path.Combine(Path.GetDirectoryName(path) ?? "", one.Text), one, depth);
            }
        }
    }

    private void IncludeAll(string place, ConfigurationNode at, int depth)
    {
        foreach (string file in Find(place, at))
        {
            if (_read.Contains(Path.GetFullPath(file)))
            {
                Refuse(at, $"{file} is included twice, or includes itself: name it once");
            }
            else if (_read.Count == MostFiles)
            {
                Refuse(at, string.Create(CultureInfo.InvariantCulture, $"there are more than {MostFiles} files"));
                return;
            }
            else
            {
                Read(file, file, depth + 1, at);
            }
        }
    }

    private IReadOnlyList<string> Find(string place, ConfigurationNode at)
    {
        try
        {
            if (IncludedFiles.List(place) is not IReadOnlyList<string> files)
            {
                return [place];
            }

            _places.Add(place);
            return files;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            _places.Add(place);
            Refuse(at, exception is DirectoryNotFoundException ? $"{place}: there is no such folder" : $"{place} cannot be read: {exception.Message}");
            return [];
        }
    }

    private ConfigurationNode? Refuse(ConfigurationNode? at, string message, string path = IncludeKey)
    {
        _errors.Add(new ConfigurationError(at is null ? "" : path, message, at?.Line) { File = at?.File });
        return null;
    }
}
