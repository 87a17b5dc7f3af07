// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace LbEngine.Configuration.Documents;

/// <summary>Writes mappings as YAML: in blocks, and in braces or brackets where a mapping or a list of scalars fits on a line.</summary>
/// <remarks>Plain is only what every version of YAML takes for the same text; all else is in double quotes.</remarks>
internal static partial class YamlText
{
    private const int LongestLine = 90;
    private const int Indent = 2;

    public static string Write(ConfigurationNode root)
    {
        var text = new StringBuilder();
        WriteBlock(text, root, 0);
        return text.ToString();
    }

    private static void WriteBlock(StringBuilder text, ConfigurationNode mapping, int depth)
    {
        foreach (ConfigurationEntry entry in mapping.Entries)
        {
            string key = $"{new string(' ', depth)}{Quote(entry.Key)}:";
            _ = text.Append(key);
            if (TryWriteFlow(entry.Value, LongestLine - key.Length) is string flow)
            {
                _ = text.Append(' ').Append(flow).Append('\n');
            }
            else if (entry.Value.Kind == ConfigurationNodeKind.Sequence)
            {
                _ = text.Append('\n');
                WriteItems(text, entry.Value, depth + Indent);
            }
            else
            {
                _ = text.Append('\n');
                WriteBlock(text, entry.Value, depth + Indent);
            }
        }
    }

    /// <summary>A list of scalars or mappings, one a line where it fits.</summary>
    private static void WriteItems(StringBuilder text, ConfigurationNode list, int depth)
    {
        foreach (ConfigurationNode item in list.Items)
        {
            int start = text.Length;
            if (TryWriteFlow(item, LongestLine - depth - Indent) is string flow)
            {
                _ = text.Append(' ', depth + Indent).Append(flow).Append('\n');
            }
            else
            {
                WriteBlock(text, item, depth + Indent);
            }

            text[start + depth] = '-';
        }
    }

    /// <summary>Null for a mapping that has another one inside it, and for what does not fit on the line; a scalar always does.</summary>
    private static string? TryWriteFlow(ConfigurationNode node, int width)
    {
        if (node.Kind is not (ConfigurationNodeKind.Mapping or ConfigurationNodeKind.Sequence))
        {
            return Scalar(node);
        }

        IEnumerable<ConfigurationNode> inside = node.Entries.SelectMany(entry => entry.Value.Items.Prepend(entry.Value)).Concat(node.Items);
        if (inside.Any(inner => inner.Kind == ConfigurationNodeKind.Mapping))
        {
            return null;
        }

        string flow = Flow(node);
        return flow.Length <= width ? flow : null;
    }

    private static string Flow(ConfigurationNode node) => node.Kind switch
    {
        ConfigurationNodeKind.Sequence => $"[{string.Join(", ", node.Items.Select(Scalar))}]",
        ConfigurationNodeKind.Mapping when node.Entries.Count == 0 => "{}",
        ConfigurationNodeKind.Mapping => $"{{ {string.Join(", ", node.Entries.Select(entry => $"{Quote(entry.Key)}: {Flow(entry.Value)}"))} }}",
        _ => Scalar(node),
    };

    private static string Scalar(ConfigurationNode node) => node.IsPlain ? node.Text : Quote(node.Text);

    private static string Quote(string text)
    {
        if (PlainText().IsMatch(text) && !OtherThanText().IsMatch(text))
        {
            return text;
        }

        var quoted = new StringBuilder().Append('"');
        foreach (char c in text)
        {
            _ = c switch
            {
                '"' or '\\' => quoted.Append('\\').Append(c),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                _ when char.IsControl(c) || c is '\u2028' or '\u2029' or '\ufeff' => quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => quoted.Append(c),
            };
        }

        return quoted.Append('"').ToString();
    }

    /// <summary>Signs that mean nothing to YAML where they stand, with no colon at the end.</summary>
    [GeneratedRegex(@"^[A-Za-z0-9/._][A-Za-z0-9/._:@+-]*(?<!:)\z", RegexOptions.CultureInvariant)]
    private static partial Regex PlainText();

    /// <summary>What looks like null, a truth value, a number, a time or a date to some YAML reader.</summary>
    [GeneratedRegex(
        @"^(null|true|false|yes|no|y|n|[-+]?[.]?(inf|nan)|[-+]?[0-9_]*[.]?[0-9_]*(e[-+]?[0-9]+)?|[-+]?[0-9_]+(:[0-9]+)+([.][0-9]*)?"
        + @"|0[xob][0-9a-f_]+|[0-9]+-[0-9]+-[0-9].*)\z",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex OtherThanText();
}
