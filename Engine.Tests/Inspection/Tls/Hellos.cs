// SPDX-License-Identifier: MIT
using System.Text;
using LbEngine.Inspection.Tls;

namespace LbEngine.Tests.Inspection.Tls;

/// <summary>Reads a hello into a text: the outcome, and of one that was read its name and its protocols.</summary>
internal static class Hellos
{
    public static string Read(ReadOnlySpan<byte> bytes)
    {
        HelloOutcome outcome = ClientHelloReader.Read(bytes, new byte[ClientHelloReader.LongestName], out ClientHello hello);
        if (outcome != HelloOutcome.Read)
        {
            return outcome.ToString();
        }

        var text = new StringBuilder(Encoding.Latin1.GetString(hello.Name)).Append('|');
        byte[] buffer = new byte[OfferedProtocols.LongestName];
        OfferedProtocols protocols = hello.Protocols;
        while (protocols.TryNext(buffer, out int length))
        {
            text.Append(Encoding.Latin1.GetString(buffer, 0, length)).Append(',');
        }

        return text.ToString();
    }

    /// <summary>What every front of the bytes says: "needs more" up to a place, and from there on one answer.</summary>
    public static string ReadSplit(byte[] bytes)
    {
        string whole = Read(bytes);
        bool isKnown = false;
        for (int count = 0; count <= bytes.Length; count++)
        {
            string part = Read(bytes.AsSpan(0, count));
            isKnown |= part != nameof(HelloOutcome.NeedsMore);
            if (isKnown && part != whole)
            {
                return $"{part} of {count} bytes, {whole} of all";
            }
        }

        return whole;
    }
}
