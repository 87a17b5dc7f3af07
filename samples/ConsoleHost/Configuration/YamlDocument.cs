// SPDX-License-Identifier: MIT
using System.Text;
using LbEngine.Configuration;
using YamlDotNet.Core;

namespace LbEngine.ConsoleHost.Configuration;

/// <summary>Turns YAML text into a tree with lines. Throws nothing; bounded in size and depth.</summary>
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
            root = new YamlTree(parser).ReadDocument();
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
}
