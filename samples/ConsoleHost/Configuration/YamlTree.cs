// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace LbEngine.ConsoleHost.Configuration;

/// <summary>Makes a tree of what a parser finds. An alias is the very node that its anchor names, so that no memory is taken twice.</summary>
/// <remarks>Whoever reads the tree walks through each alias, and a short text may unfold to billions of nodes: what aliases add is bounded.</remarks>
internal sealed class YamlTree(Parser parser)
{
    /// <summary>Nodes that aliases may add, all together.</summary>
    public const int MostRepeatedNodes = 100_000;

    private const string MergeKey = "<<";

    private readonly Dictionary<string, Anchored> _anchors = new(StringComparer.Ordinal);
    private int _nodes;
    private int _repeated;
    private int _deepest;

    /// <exception cref="ConfigurationRefusedException">The document has what is not read.</exception>
    /// <exception cref="YamlException">It is no YAML.</exception>
    public ConfigurationNode ReadDocument()
    {
        _ = parser.Consume<StreamStart>();
        if (!parser.TryConsume<DocumentStart>(out _))
        {
            return ConfigurationNode.Null(1);
        }

        ConfigurationNode root = ReadNode(0);
        _ = parser.Consume<DocumentEnd>();
        if (parser.Accept<DocumentStart>(out DocumentStart? second) && second is not null)
        {
            throw Refuse(second, "a second document begins here; write one document per file");
        }

        return root;
    }

    private ConfigurationNode ReadNode(int depth)
    {
        ParsingEvent current = parser.Consume<ParsingEvent>();
        CheckDepth(current, depth);
        if (current is NodeEvent { Tag.IsEmpty: false } tagged)
        {
            throw Refuse(tagged, "tags are not read; write the value without one");
        }

        int before = _nodes++;
        int outer = _deepest;
        _deepest = depth;
        ConfigurationNode node = current switch
        {
            Scalar scalar => IsNull(scalar) ? ConfigurationNode.Null(LineOf(scalar)) : ConfigurationNode.Scalar(scalar.Value, LineOf(scalar)),
            MappingStart => ReadMapping(depth, LineOf(current)),
            SequenceStart => ReadSequence(depth, LineOf(current)),
            AnchorAlias alias => Repeat(alias, depth),
            _ => throw Refuse(current, "a value is missing here"),
        };
        if (current is NodeEvent { Anchor.IsEmpty: false } anchored)
        {
            _anchors[anchored.Anchor.Value] = new Anchored(node, _nodes - before, _deepest - depth);
        }

        _deepest = Math.Max(_deepest, outer);
        return node;
    }

    private ConfigurationNode ReadMapping(int depth, int line)
    {
        var entries = new List<ConfigurationEntry>();
        var merged = new List<ConfigurationNode>();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            bool isMerge = parser.Accept<Scalar>(out Scalar? plain) && plain is { Style: ScalarStyle.Plain, Value: MergeKey };
            ConfigurationNode key = ReadNode(depth + 1);
            if (key.Kind is ConfigurationNodeKind.Mapping or ConfigurationNodeKind.Sequence)
            {
                throw new ConfigurationRefusedException(new ConfigurationError("", "a name must be a text, was a list or a mapping", key.Line));
            }

            ConfigurationNode value = ReadNode(depth + 1);
            if (isMerge)
            {
                merged.AddRange(MappingsOf(value, key.Line));
            }
            else
            {
                entries.Add(new ConfigurationEntry(key.Text, value, key.Line));
            }
        }

        Merge(entries, merged);
        return ConfigurationNode.Mapping(entries, line);
    }

    private ConfigurationNode ReadSequence(int depth, int line)
    {
        var items = new List<ConfigurationNode>();
        while (!parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(ReadNode(depth + 1));
        }

        return ConfigurationNode.Sequence(items, line);
    }

    private ConfigurationNode Repeat(AnchorAlias alias, int depth)
    {
        string name = alias.Value.Value;
        if (!_anchors.TryGetValue(name, out Anchored anchored))
        {
            // To YAML *:8080 is an alias of that name. Nobody names an anchor so, and everybody means every address.
            return IsPort(name)
                ? ConfigurationNode.Scalar($"*{name}", LineOf(alias))
                : throw Refuse(alias, $"nothing above is marked with &{name}: write &{name} before the value that *{name} repeats");
        }

        _nodes += anchored.Size;
        _repeated += anchored.Size;
        _deepest = Math.Max(_deepest, depth + anchored.Depth);
        CheckDepth(alias, _deepest);
        return _repeated <= MostRepeatedNodes
            ? anchored.Node
            : throw Refuse(alias, $"aliases repeat more than {MostRepeatedNodes} values: write fewer of them");
    }

    /// <summary>What is written in a mapping itself goes before what is merged into it, and the first of several merged ones before the others.</summary>
    private static void Merge(List<ConfigurationEntry> entries, List<ConfigurationNode> merged)
    {
        HashSet<string> names = [.. merged.Count == 0 ? [] : entries.Select(entry => entry.Key)];
        foreach (ConfigurationNode mapping in merged)
        {
            ConfigurationEntry[] fresh = [.. mapping.Entries.Where(entry => !names.Contains(entry.Key))];
            entries.AddRange(fresh);
            names.UnionWith(fresh.Select(entry => entry.Key));
        }
    }

    private static IEnumerable<ConfigurationNode> MappingsOf(ConfigurationNode value, int? line)
    {
        IReadOnlyList<ConfigurationNode> all = value.Kind == ConfigurationNodeKind.Sequence ? value.Items : [value];
        return all.All(one => one.Kind == ConfigurationNodeKind.Mapping)
            ? all
            : throw new ConfigurationRefusedException(new ConfigurationError(
                "", $"{MergeKey} takes a mapping or a list of mappings, such as *base for one that is marked with &base", line));
    }

    private static void CheckDepth(ParsingEvent at, int depth)
    {
        if (depth > LoadBalancerOptionsReader.MaxDepth)
        {
            throw Refuse(at, $"is nested deeper than {LoadBalancerOptionsReader.MaxDepth} levels");
        }
    }

    private static bool IsNull(Scalar scalar) =>
        scalar.Style == ScalarStyle.Plain && scalar.Value is ("" or "~" or "null" or "Null" or "NULL");

    private static bool IsPort(string alias) => alias.Length > 1 && alias[0] == ':' && alias.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0;

    private static int LineOf(ParsingEvent current) => (int)current.Start.Line;

    private static ConfigurationRefusedException Refuse(ParsingEvent at, string message) =>
        new(new ConfigurationError("", message, LineOf(at)));

    /// <summary>A node that a name was given.</summary>
    /// <param name="Node">The node.</param>
    /// <param name="Size">Nodes in it, with what its own aliases repeat.</param>
    /// <param name="Depth">Levels in it.</param>
    private readonly record struct Anchored(ConfigurationNode Node, int Size, int Depth);
}
