// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;

namespace LbEngine.Admin.Doctor.Examinations;

/// <summary>The first bytes of an answer, read as HTTP/1. Pure.</summary>
/// <param name="Status">Its status.</param>
/// <param name="Reason">The words beside it.</param>
/// <param name="Location">Where it redirects to; empty when nowhere.</param>
/// <param name="BodyLength">As its header says; null when it does not.</param>
/// <param name="BodyStart">Where the body begins; -1 while the header is incomplete.</param>
internal sealed record HttpAnswer(int Status, string Reason, string Location, long? BodyLength, int BodyStart)
{
    private static ReadOnlySpan<byte> Start => "HTTP/1."u8;

    /// <summary>Whether more bytes may still make it HTTP.</summary>
    public static bool MayBe(ReadOnlySpan<byte> bytes) => bytes.StartsWith(Start[..Math.Min(bytes.Length, Start.Length)]);

    /// <summary>Null as long as there is no whole status line, or what there is is no HTTP.</summary>
    public static HttpAnswer? TryParse(ReadOnlySpan<byte> bytes)
    {
        int lineEnd = bytes.IndexOf("\r\n"u8);
        if (!bytes.StartsWith(Start) || lineEnd < 12
            || !int.TryParse(bytes.Slice(9, 3), NumberStyles.None, CultureInfo.InvariantCulture, out int status))
        {
            return null;
        }

        int headerEnd = bytes.IndexOf("\r\n\r\n"u8);
        string[] lines = Encoding.Latin1.GetString(bytes[..(headerEnd < 0 ? bytes.Length : headerEnd)]).Split("\r\n");
        string? length = Header(lines, "Content-Length");
        return new HttpAnswer(
            status,
            Figures.Preview(lines[0].Length > 13 ? lines[0][13..] : ""),
            Figures.Preview(Header(lines, "Location") ?? ""),
            long.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value : null,
            headerEnd < 0 ? -1 : headerEnd + 4);
    }

    private static string? Header(string[] lines, string name) => lines
        .Where(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
        .Select(line => line[(name.Length + 1)..].Trim())
        .FirstOrDefault();
}
