// SPDX-License-Identifier: MIT
using LbEngine.Configuration;

namespace LbEngine.ConsoleHost.Configuration;

/// <summary>
/// Finds the files that list networks (<c>file:office.txt</c>) from the folder of the configuration file that names them, wherever <c>lb</c> was started.
/// One document, one thread.
/// </summary>
/// <param name="main">The first file of the configuration; other files have their names in the tree.</param>
internal sealed class NetworkFiles(string main)
{
    private const string Prefix = "file:";
    private const string Listeners = "listeners";

    private static readonly string[] Lists = ["allow", "deny"];

    private readonly List<string> _paths = [];

    /// <summary>A path was not whole.</summary>
    public bool HasChanged { get; private set; }

    /// <summary>Every file, each once, by its whole path.</summary>
    public IReadOnlyList<string> Paths => _paths;

    /// <summary>The tree with whole paths; the same nodes where there are none.</summary>
    public ConfigurationNode Locate(ConfigurationNode root) => Rebuild(root, entry => entry.Key switch
    {
        "LoadBalancer" when root.Entries.Count == 1 => Locate(entry.Value),
        Listeners => Rebuild(entry.Value, listener => LocateLists(listener.Value)),
        "defaults" => Rebuild(entry.Value, inner => inner.Key == Listeners ? LocateLists(inner.Value) : inner.Value),
        _ => entry.Value,
    });

    private ConfigurationNode LocateLists(ConfigurationNode listener) =>
        Rebuild(listener, entry => Lists.Contains(entry.Key) ? LocateList(entry.Value) : entry.Value);

    private ConfigurationNode LocateList(ConfigurationNode list)
    {
        if (list.Kind != ConfigurationNodeKind.Sequence)
        {
            return LocateOne(list);
        }

        ConfigurationNode[] items = [.. list.Items.Select(LocateOne)];
        return items.SequenceEqual(list.Items) ? list : ConfigurationNode.Sequence(items, list.Line).InFile(list.File);
    }

    private ConfigurationNode LocateOne(ConfigurationNode node)
    {
        string path = node.Text.StartsWith(Prefix, StringComparison.Ordinal) ? node.Text[Prefix.Length..] : "";
        if (path.Trim().Length == 0 || path.StartsWith("//", StringComparison.Ordinal) || path.Contains('\0', StringComparison.Ordinal))
        {
            return node;
        }

        string whole = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(node.File ?? main)) ?? "/", path));
        if (!_paths.Contains(whole))
        {
            _paths.Add(whole);
        }

        if (whole == path)
        {
            return node;
        }

        HasChanged = true;
        return ConfigurationNode.Scalar(Prefix + whole, node.Line).InFile(node.File);
    }

    private static ConfigurationNode Rebuild(ConfigurationNode mapping, Func<ConfigurationEntry, ConfigurationNode> change)
    {
        if (mapping.Kind != ConfigurationNodeKind.Mapping)
        {
            return mapping;
        }

        ConfigurationNode[] values = [.. mapping.Entries.Select(change)];
        return values.SequenceEqual(mapping.Entries.Select(static entry => entry.Value))
            ? mapping
            : ConfigurationNode.Mapping([.. mapping.Entries.Zip(values, static (entry, value) => entry with { Value = value })], mapping.Line)
                .InFile(mapping.File);
    }
}
