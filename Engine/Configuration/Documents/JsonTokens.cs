// SPDX-License-Identifier: MIT
using System.Text;
using System.Text.Json;

namespace LbEngine.Configuration.Documents;

/// <summary>Walks over JSON tokens and counts lines.</summary>
internal ref struct JsonTokens
{
    private readonly ReadOnlySpan<byte> _text;
    private Utf8JsonReader _reader; // mutable struct, keep non-readonly
    private int _counted;

    public JsonTokens(ReadOnlySpan<byte> text)
    {
        _text = text;
        _reader = new Utf8JsonReader(text, new JsonReaderOptions
        {
            AllowTrailingCommas = true,
            CommentHandling = JsonCommentHandling.Skip,
            MaxDepth = LoadBalancerOptionsReader.MaxDepth,
        });
        Line = 1;
    }

    /// <summary>The line of the current token, from 1.</summary>
    public int Line { get; private set; }

    /// <summary>Reads the whole document; throws <see cref="JsonException"/> where it is not JSON.</summary>
    public ConfigurationNode ReadDocument()
    {
        Advance();
        ConfigurationNode root = ReadValue();
        _ = _reader.Read();
        return root;
    }

    private ConfigurationNode ReadValue() => _reader.TokenType switch
    {
        JsonTokenType.StartObject => ReadMapping(),
        JsonTokenType.StartArray => ReadSequence(),
        JsonTokenType.Null => ConfigurationNode.Null(Line),
        JsonTokenType.String => ConfigurationNode.Scalar(_reader.GetString() ?? "", Line),
        _ => ConfigurationNode.Scalar(Encoding.UTF8.GetString(_reader.ValueSpan), Line),
    };

    private ConfigurationNode ReadMapping()
    {
        int line = Line;
        var entries = new List<ConfigurationEntry>();
        for (Advance(); _reader.TokenType != JsonTokenType.EndObject; Advance())
        {
            string key = _reader.GetString() ?? "";
            int keyLine = Line;
            Advance();
            entries.Add(new ConfigurationEntry(key, ReadValue(), keyLine));
        }

        return ConfigurationNode.Mapping(entries, line);
    }

    private ConfigurationNode ReadSequence()
    {
        int line = Line;
        var items = new List<ConfigurationNode>();
        for (Advance(); _reader.TokenType != JsonTokenType.EndArray; Advance())
        {
            items.Add(ReadValue());
        }

        return ConfigurationNode.Sequence(items, line);
    }

    private void Advance()
    {
        _ = _reader.Read();
        int start = (int)_reader.TokenStartIndex;
        Line += _text[_counted..start].Count((byte)'\n');
        _counted = start;
    }
}
