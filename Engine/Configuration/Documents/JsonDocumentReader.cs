// SPDX-License-Identifier: MIT
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace LbEngine.Configuration.Documents;

/// <summary>Turns JSON text into a tree with lines. Throws nothing; bounded in size and depth.</summary>
internal static class JsonDocumentReader
{
    public static bool TryRead(ReadOnlySpan<byte> json, out ConfigurationNode root, out ConfigurationError error)
    {
        root = ConfigurationNode.Null();
        error = default;
        ReadOnlySpan<byte> text = json.StartsWith(Encoding.UTF8.Preamble) ? json[3..] : json;
        if (text.Length > LoadBalancerOptionsReader.MaxDocumentBytes)
        {
            error = new ConfigurationError("", "the document is larger than 1 MiB");
            return false;
        }

        if (!Utf8.IsValid(text))
        {
            error = new ConfigurationError("", "the document is not UTF-8 text");
            return false;
        }

        if (text.Trim(" \t\r\n"u8).IsEmpty)
        {
            error = new ConfigurationError("", "the document is empty: write listeners and pools");
            return false;
        }

        var tokens = new JsonTokens(text);
        try
        {
            root = tokens.ReadDocument();
            return true;
        }
        catch (JsonException exception)
        {
            int end = exception.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
            string message = end < 0 ? exception.Message : exception.Message[..end];
            error = new ConfigurationError("", $"not JSON: {message}", (int?)exception.LineNumber + 1);
            return false;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, written as an escape.
            error = new ConfigurationError("", "not JSON: a text has an escape that is no character", tokens.Line);
            return false;
        }
    }
}
