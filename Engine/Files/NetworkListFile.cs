// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Net;
using System.Security;
using System.Text;
using System.Text.Unicode;
using LbEngine.Configuration;
using LbEngine.Configuration.Text;

namespace LbEngine.Files;

/// <summary>Reads files that list networks, one on a line; what is behind <c>#</c> or <c>;</c> is a comment.</summary>
/// <remarks>Messages tell the line and never what is on it: who may name a file to the balancer need not be allowed to read it.</remarks>
internal static class NetworkListFile
{
    private const int MostBytes = 64 << 20;
    private const int MostNetworks = 1_000_000;
    private const int MostMistakes = 10;

    private static readonly char[] CommentMarks = ['#', ';'];

    /// <summary>The networks with their lines, as far as they are right.</summary>
    /// <param name="file">The file.</param>
    /// <param name="path">The setting that names it, for messages.</param>
    /// <param name="errors">Gets every mistake, of many the first ones.</param>
    public static IReadOnlyList<(IPNetwork Network, int Line)> Read(string file, string path, List<ConfigurationError> errors)
    {
        if (TryReadText(file, out string text) is string problem)
        {
            errors.Add(new ConfigurationError(path, $"{file}: {problem}"));
            return [];
        }

        var networks = new List<(IPNetwork, int)>();
        int line = 0;
        int mistakes = 0;
        foreach (ReadOnlySpan<char> whole in text.AsSpan().EnumerateLines())
        {
            line++;
            int comment = whole.IndexOfAny(CommentMarks);
            ReadOnlySpan<char> written = (comment < 0 ? whole : whole[..comment]).Trim();
            if (written.IsEmpty)
            {
                continue;
            }

            if (NetworkText.TryParse(written.ToString(), out IPNetwork network, out string mistake))
            {
                networks.Add((network, line));
            }
            else if (mistakes++ < MostMistakes)
            {
                errors.Add(new ConfigurationError(path, mistake, line) { File = file });
            }

            if (networks.Count > MostNetworks)
            {
                string tooMany = string.Create(CultureInfo.InvariantCulture, $"has more than {MostNetworks} networks");
                errors.Add(new ConfigurationError(path, tooMany, line) { File = file });
                return networks;
            }
        }

        if (mistakes > MostMistakes)
        {
            string others = string.Create(CultureInfo.InvariantCulture, $"has {mistakes - MostMistakes} more lines that are no network");
            errors.Add(new ConfigurationError(path, others) { File = file });
        }

        return networks;
    }

    /// <summary>What is wrong with the file; null when nothing is.</summary>
    private static string? TryReadText(string file, out string text)
    {
        text = "";
        try
        {
            ReadOnlySpan<byte> bytes = RegularFile.Read(file, MostBytes).Span;
            bytes = bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes;
            text = Encoding.UTF8.GetString(bytes);
            return Utf8.IsValid(bytes) ? null : "is no text: it lists networks, one on a line";
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return "there is no such file";
        }
        catch (RefusedFileException exception)
        {
            return exception.Message;
        }
        catch (Exception exception) when (exception
            is IOException or UnauthorizedAccessException or SecurityException or ArgumentException or NotSupportedException)
        {
            return $"cannot be read: {exception.Message}";
        }
    }
}
