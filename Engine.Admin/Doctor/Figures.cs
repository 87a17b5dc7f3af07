// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;

namespace LbEngine.Admin.Doctor;

/// <summary>Measured times, counts and foreign bytes as they appear in evidence.</summary>
internal static class Figures
{
    private const int PreviewLength = 60;

    public static string Time(TimeSpan time) => time.TotalMilliseconds switch
    {
        < 10 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.0} ms"),
        < 1000 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0} ms"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.00} s"),
    };

    public static string Count(long count, string word) => string.Create(CultureInfo.InvariantCulture, $"{count} {word}{(count == 1 ? "" : "s")}");

    /// <summary>Foreign text for a terminal: no control characters, and not much of it.</summary>
    public static string Preview(ReadOnlySpan<byte> bytes) => Preview(Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, PreviewLength + 1)]));

    /// <inheritdoc cref="Preview(ReadOnlySpan{byte})"/>
    public static string Preview(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (char character in text.Length > PreviewLength ? text[..PreviewLength] : text)
        {
            clean.Append(character is >= ' ' and <= '~' ? character : '.');
        }

        return text.Length > PreviewLength ? clean.Append("...").ToString() : clean.ToString();
    }
}
