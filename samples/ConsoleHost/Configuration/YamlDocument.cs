// SPDX-License-Identifier: MIT
using System.Text;
using LbEngine.Configuration;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace LbEngine.ConsoleHost.Configuration;

/// <summary>Turns YAML text into a tree with lines. Throws nothing; bounded in size and depth.</summary>
/// <remarks>Aliases are refused: without them a document cannot unfold to more than its own size.</remarks>
internal static class YamlDocument
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: true, throwOnInvalidBytes: true);

    public static bool TryRead(ReadOnlySpan<byte> utf8Yaml, out ConfigurationNode root, out ConfigurationError error)
    {
        root = ConfigurationNode.Null();
        error = default;
        ReadOnlySpan<byte> text = utf8Yaml.StartsWith(Utf8.Preamble) ? utf8Yaml[3..] : utf8Yaml;
        if (text.Length > LoadBalancerOptionsReader.MaxDocumentBytes)
        {
            error = new ConfigurationError("", "the document is larger than 1 MiB");
            return false;
        }

        string characters;
        try
        {
            characters = Utf8.GetString(text);
        }
        catch (DecoderFallbackException)
        {
            error = new ConfigurationError("", "the document is not UTF-8 text");
            return false;
        }

        var parser = new Parser(new StringReader(characters));
        try
        {
            root = ReadDocument(parser);
            return true;
        }
        catch (ConfigurationRefusedException refused)
        {
            error = UnquotedAddress.Find(characters, refused.Error.Line) ?? refused.Error;
        }
        catch (YamlException exception)
        {
            int line = (int)exception.Start.Line;
            error = UnquotedAddress.Find(characters, line) ?? YamlMistake.Explain(characters, line, (int)exception.Start.Column, exception.Message);
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException or IndexOutOfRangeException or FormatException)
        {
            // The parser's own slips on damaged text, found by fuzzing (InvalidOperationException out of ScanPlainScalar): to people they are all the same.
            error = YamlMistake.Explain(characters, (int?)parser.Current?.End.Line ?? 1, 0, "there is something here that no YAML has");
        }

        return false;
    }

    private static ConfigurationNode ReadDocument(Parser parser)
    {
        _ = parser.Consume<StreamStart>();
        if (!parser.TryConsume<DocumentStart>(out _))
        {
            return ConfigurationNode.Null(1);
        }

        ConfigurationNode root = ReadNode(parser, 0);
        _ = parser.Consume<DocumentEnd>();
        if (parser.Accept<DocumentStart>(out DocumentStart? second) && second is not null)
        {
            throw Refuse(second, "a second document begins here; write one document per file");
        }

        return root;
    }

    private static ConfigurationNode ReadNode(Parser parser, int depth)
    {
        ParsingEvent current = parser.Consume<ParsingEvent>();
        if (depth > LoadBalancerOptionsReader.MaxDepth)
        {
            throw Refuse(current, $"is nested deeper than {LoadBalancerOptionsReader.MaxDepth} levels");
        }

        if (current is NodeEvent { Tag.IsEmpty: false } tagged)
        {
            throw Refuse(tagged, "tags are not read; write the value without one");
        }

        return current switch
        {
            Scalar scalar => IsNull(scalar) ? ConfigurationNode.Null(LineOf(scalar)) : ConfigurationNode.Scalar(scalar.Value, LineOf(scalar)),
            MappingStart => ReadMapping(parser, depth, LineOf(current)),
            SequenceStart => ReadSequence(parser, depth, LineOf(current)),
            AnchorAlias alias when IsPort(alias.Value.Value) => ConfigurationNode.Scalar($"*{alias.Value.Value}", LineOf(alias)),
            AnchorAlias alias => throw Refuse(alias, $"the alias *{alias.Value} is not read; write the value out"),
            _ => throw Refuse(current, "a value is missing here"),
        };
    }

    private static ConfigurationNode ReadMapping(Parser parser, int depth, int line)
    {
        var entries = new List<ConfigurationEntry>();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            ConfigurationNode key = ReadNode(parser, depth + 1);
            if (key.Kind is ConfigurationNodeKind.Mapping or ConfigurationNodeKind.Sequence)
            {
                throw new ConfigurationRefusedException(new ConfigurationError("", "a name must be a text, was a list or a mapping", key.Line));
            }

            entries.Add(new ConfigurationEntry(key.Text, ReadNode(parser, depth + 1), key.Line));
        }

        return ConfigurationNode.Mapping(entries, line);
    }

    private static ConfigurationNode ReadSequence(Parser parser, int depth, int line)
    {
        var items = new List<ConfigurationNode>();
        while (!parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(ReadNode(parser, depth + 1));
        }

        return ConfigurationNode.Sequence(items, line);
    }

    private static bool IsNull(Scalar scalar) =>
        scalar.Style == ScalarStyle.Plain && scalar.Value is ("" or "~" or "null" or "Null" or "NULL");

    /// <summary>To YAML <c>*:8080</c> is an alias of that name. Nobody names an anchor so, and everybody means every address.</summary>
    private static bool IsPort(string alias) => alias.Length > 1 && alias[0] == ':' && alias.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0;

    private static int LineOf(ParsingEvent current) => (int)current.Start.Line;

    private static ConfigurationRefusedException Refuse(ParsingEvent at, string message) =>
        new(new ConfigurationError("", message, LineOf(at)));
}
