// SPDX-License-Identifier: MIT
namespace LbEngine.Inspection.ProxyProtocol;

/// <summary>
/// Reads the header by which a proxy tells whose connection it carries: versions 1 and 2 of
/// <see href="https://www.haproxy.org/download/2.9/doc/proxy-protocol.txt">the PROXY protocol</see> (Tarreau, 2010 to 2020). Pure, without memory.
/// </summary>
/// <remarks>The same bytes always tell the same, and more of them never change a verdict: so they may come in any pieces.</remarks>
internal static class ProxyHeaderReader
{
    /// <summary>No header is longer: version 1 ends within 107 bytes, version 2 is refused by its length field.</summary>
    public const int MostBytes = ProxyBinaryReader.MostBytes;

    /// <summary>Judges what has come, from the first byte on; behind a whole header anything may follow.</summary>
    public static ProxyReading Read(ReadOnlySpan<byte> bytes, out ProxyHeader header)
    {
        header = default;
        return bytes.IsEmpty ? ProxyReading.NeedsMore
            : bytes[0] == ProxyBinaryReader.Signature[0] ? ProxyBinaryReader.Read(bytes, out header)
            : ProxyTextReader.Read(bytes, out header);
    }

    /// <summary>True when the bytes are as the beginning, as far as both go.</summary>
    internal static bool BeginsAs(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> beginning)
    {
        int common = Math.Min(bytes.Length, beginning.Length);
        return bytes[..common].SequenceEqual(beginning[..common]);
    }
}
