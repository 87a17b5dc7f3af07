// SPDX-License-Identifier: MIT
namespace LbEngine.Transport;

/// <summary>
/// Room in front of a datagram, into which the PROXY header goes that a backend gets with it: so the two leave as one, and the datagram is not copied.
/// </summary>
internal static class HeaderRoom
{
    /// <summary>Enough for each header (<see cref="Inspection.ProxyProtocol.ProxyHeaderWriter.MostDatagramBytes"/>), and a whole line of the cache.</summary>
    public const int Bytes = 64;

    /// <summary>A datagram as it leaves: behind the header, or alone where that is empty.</summary>
    /// <param name="withRoom">The room, and the datagram behind it. What is in the room is overwritten.</param>
    /// <param name="header">What goes in front.</param>
    public static ReadOnlySpan<byte> Fill(Span<byte> withRoom, ReadOnlySpan<byte> header)
    {
        Span<byte> whole = withRoom[(Bytes - header.Length)..];
        header.CopyTo(whole);
        return whole;
    }
}
