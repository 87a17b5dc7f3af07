// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;
using LbEngine.Configuration;

namespace LbEngine.ConsoleHost.Configuration;

/// <summary>
/// Puts values of the environment in the place of <c>${NAME}</c> and <c>${NAME:-default}</c>, in values and never in names; <c>$$</c> is a dollar. One
/// document, one thread.
/// </summary>
/// <param name="find">The value of a variable; null for one that is not set.</param>
/// <remarks>A value is taken as it is: a dollar in it means nothing.</remarks>
internal sealed class Variables(Func<string, string?> find)
{
    /// <summary>Characters that variables may put into a document, all together.</summary>
    public const int MostCharacters = 1 << 20;

    private readonly List<ConfigurationError> _errors = [];
    private readonly Dictionary<ConfigurationNode, ConfigurationNode> _done = new(ReferenceEqualityComparer.Instance);
    private int _characters;

    /// <summary>There was a variable, or a dollar that was written twice.</summary>
    public bool HasChanged { get; private set; }

    /// <summary>Every variable that is not set, or is none.</summary>
    public IReadOnlyList<ConfigurationError> Errors => _errors;

    public static Variables OfEnvironment() => new(Environment.GetEnvironmentVariable);

    /// <summary>The tree with values in the place of variables; the same nodes where there are none.</summary>
    public ConfigurationNode Expand(ConfigurationNode node) => Expand("", node);

    private ConfigurationNode Expand(string path, ConfigurationNode node)
    {
        // What an alias repeats is one node, and the same wherever it stands.
        if (_done.TryGetValue(node, out ConfigurationNode? done))
        {
            return done;
        }

        done = node.Kind switch
        {
            ConfigurationNodeKind.Scalar => ExpandText(path, node),
            ConfigurationNodeKind.Sequence => ConfigurationNode.Sequence([.. node.Items.Select(item => Expand(path, item))], node.Line).InFile(node.File),
            ConfigurationNodeKind.Mapping => ConfigurationNode.Mapping(
                [.. node.Entries.Select(entry => entry with { Value = Expand(Join(path, entry.Key), entry.Value) })], node.Line).InFile(node.File),
            _ => node,
        };
        _done.Add(node, done);
        return done;
    }

    private ConfigurationNode ExpandText(string path, ConfigurationNode node)
    {
        if (!node.Text.Contains('$', StringComparison.Ordinal))
        {
            return node;
        }

        var text = new StringBuilder();
        for (int i = 0; i < node.Text.Length; i++)
        {
            char next = i + 1 < node.Text.Length ? node.Text[i + 1] : ' ';
            if (node.Text[i] != '$' || next is not ('$' or '{'))
            {
                text.Append(node.Text[i]);
            }
            else if (next == '$')
            {
                text.Append(node.Text[i++]);
            }
            else
            {
                int end = node.Text.IndexOf('}', i);
                string? value = end < 0
                    ? Refuse(path, node, "a ${ is not closed: write } behind the name of the variable, or $$ for a plain dollar")
                    : Find(path, node, node.Text[(i + 2)..end]);
                if (value is null)
                {
                    return node;
                }

                text.Append(value);
                i = end;
            }
        }

        HasChanged = true;
        return ConfigurationNode.Scalar(text.ToString(), node.Line).InFile(node.File);
    }

    private string? Find(string path, ConfigurationNode node, string written)
    {
        int colon = written.IndexOf(":-", StringComparison.Ordinal);
        string name = colon < 0 ? written : written[..colon];
        if (!IsName(name))
        {
            return Refuse(path, node, $"'${{{Short(written)}}}' names no variable: write ${{NAME}} or ${{NAME:-default}}, or $$ for a plain dollar");
        }

        string? value = find(name) is { Length: > 0 } set ? set : colon < 0 ? find(name) : written[(colon + 2)..];
        if (value is null)
        {
            return Refuse(path, node, $"the environment variable {name} is not set: set it, or write what holds without it, such as ${{{name}:-default}}");
        }

        _characters += value.Length;
        return _characters <= MostCharacters
            ? value
            : Refuse(path, node, string.Create(CultureInfo.InvariantCulture, $"variables put more than {MostCharacters} characters into the document"));
    }

    private string? Refuse(string path, ConfigurationNode node, string message)
    {
        _errors.Add(new ConfigurationError(path, message, node.Line) { File = node.File });
        return null;
    }

    private static bool IsName(string name) =>
        name.Length is > 0 and <= 128 && !char.IsAsciiDigit(name[0]) && name.All(static c => char.IsAsciiLetterOrDigit(c) || c == '_');

    private static string Short(string text) => text.Length <= 40 ? text : $"{text[..40]}...";

    private static string Join(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";
}
