// SPDX-License-Identifier: MIT
namespace LbEngine.Inspection.Tls;

/// <summary>Reads which server and which protocols a TLS client names, of as many bytes as have come.</summary>
/// <remarks>
/// <para>
/// RFC 8446, section 4.1.2, RFC 6066, section 3, RFC 7301, section 3.1. Reads from the front to the back and answers as soon as it can:
/// what it has said of the front of a stream it says of the whole. Pure, without allocation, and never throws.
/// </para>
/// <para>What it does not know (GREASE, key shares of any size, ECH) is passed over by its length.</para>
/// </remarks>
internal static class ClientHelloReader
{
    /// <summary>Room for a name that DNS can have, with a dot at its end.</summary>
    public const int LongestName = 255;

    /// <summary>The most bytes of a stream that are looked at: the longest hello, and the headers of some records.</summary>
    public const int MostBytes = LongestHello + 2048;

    private const int LongestHello = 16 * 1024;

    private const byte HandshakeRecord = 22;
    private const byte MajorVersion = 3;
    private const int ClientHelloMessage = 1;
    private const int MessageHeaderLength = 4;
    private const int VersionAndRandomLength = 2 + 32;
    private const int LongestSessionId = 32;
    private const int ServerNameExtension = 0;
    private const int ProtocolsExtension = 16;
    private const int HostName = 0;

    /// <summary>Judges a stream from its first byte on.</summary>
    /// <param name="bytes">What has come; may go on behind the hello.</param>
    /// <param name="nameBuffer">Where the name is put: at least <see cref="LongestName"/> bytes.</param>
    /// <param name="hello">What the client names, when that was read.</param>
    public static HelloOutcome Read(ReadOnlySpan<byte> bytes, Span<byte> nameBuffer, out ClientHello hello)
    {
        hello = default;
        if ((bytes.Length > 0 && bytes[0] != HandshakeRecord) || (bytes.Length > 1 && bytes[1] != MajorVersion))
        {
            return HelloOutcome.NotTls;
        }

        var cursor = new HandshakeCursor(bytes, MessageHeaderLength);
        if (!cursor.TryReadNumber(1, out int type))
        {
            return Failed(cursor);
        }

        if (type != ClientHelloMessage)
        {
            return HelloOutcome.Malformed;
        }

        if (!cursor.TryReadNumber(3, out int length))
        {
            return Failed(cursor);
        }

        if (length > LongestHello)
        {
            return HelloOutcome.Malformed;
        }

        cursor.Left = length;
        return TryPassFixedParts(ref cursor, out bool isWrong)
            ? ReadExtensions(ref cursor, nameBuffer, out hello)
            : isWrong ? HelloOutcome.Malformed : Failed(cursor);
    }

    private static HelloOutcome Failed(in HandshakeCursor cursor) => cursor.IsMalformed ? HelloOutcome.Malformed : HelloOutcome.NeedsMore;

    private static bool TryPassFixedParts(scoped ref HandshakeCursor cursor, out bool isWrong)
    {
        isWrong = false;
        if (!cursor.TrySkip(VersionAndRandomLength) || !cursor.TryReadNumber(1, out int sessionId))
        {
            return false;
        }

        isWrong = sessionId > LongestSessionId;
        if (isWrong || !cursor.TrySkip(sessionId) || !cursor.TryReadNumber(2, out int suites))
        {
            return false;
        }

        isWrong = suites < 2 || suites % 2 != 0;
        if (isWrong || !cursor.TrySkip(suites) || !cursor.TryReadNumber(1, out int methods))
        {
            return false;
        }

        isWrong = methods == 0;
        return !isWrong && cursor.TrySkip(methods);
    }

    /// <summary>Ends early where both are known: what comes behind could not change the answer.</summary>
    private static HelloOutcome ReadExtensions(scoped ref HandshakeCursor cursor, Span<byte> nameBuffer, out ClientHello hello)
    {
        hello = default;
        int nameLength = 0;
        HandshakeCursor protocols = default;
        if (cursor.Left > 0)
        {
            if (!cursor.TryReadNumber(2, out int all))
            {
                return Failed(cursor);
            }

            if (all != cursor.Left)
            {
                return HelloOutcome.Malformed;
            }
        }

        while (cursor.Left > 0 && (nameLength == 0 || protocols.Left == 0))
        {
            if (!cursor.TryReadNumber(2, out int type) || !cursor.TryReadNumber(2, out int length))
            {
                return Failed(cursor);
            }

            int behind = cursor.Left - length;
            if (behind < 0)
            {
                return HelloOutcome.Malformed;
            }

            // What is inside of an extension cannot reach behind it.
            cursor.Left = length;
            HelloOutcome outcome = type switch
            {
                ServerNameExtension when nameLength == 0 => ReadName(ref cursor, nameBuffer, out nameLength),
                ProtocolsExtension when protocols.Left == 0 => ReadProtocols(ref cursor, out protocols),
                _ => cursor.TrySkip(length) ? HelloOutcome.Read : Failed(cursor),
            };
            if (outcome != HelloOutcome.Read)
            {
                return outcome;
            }

            cursor.Left = behind;
        }

        hello = new ClientHello(nameBuffer[..nameLength], protocols);
        return HelloOutcome.Read;
    }

    private static HelloOutcome ReadName(scoped ref HandshakeCursor cursor, Span<byte> nameBuffer, out int nameLength)
    {
        nameLength = 0;
        if (!cursor.TryReadNumber(2, out int list))
        {
            return Failed(cursor);
        }

        if (list == 0 || list != cursor.Left)
        {
            return HelloOutcome.Malformed;
        }

        while (cursor.Left > 0)
        {
            if (!cursor.TryReadNumber(1, out int type) || !cursor.TryReadNumber(2, out int length))
            {
                return Failed(cursor);
            }

            // One host name at most (RFC 6066); no other type of name was ever given a meaning.
            bool isHost = type == HostName;
            if (length == 0 || (isHost && (nameLength > 0 || length > LongestName)))
            {
                return HelloOutcome.Malformed;
            }

            if (!(isHost ? cursor.TryRead(nameBuffer[..length]) : cursor.TrySkip(length)))
            {
                return Failed(cursor);
            }

            if (isHost && !HostNameBytes.TryNormalize(nameBuffer[..length], out nameLength))
            {
                return HelloOutcome.Malformed;
            }
        }

        return HelloOutcome.Read;
    }

    private static HelloOutcome ReadProtocols(scoped ref HandshakeCursor cursor, out HandshakeCursor protocols)
    {
        protocols = default;
        if (!cursor.TryReadNumber(2, out int list))
        {
            return Failed(cursor);
        }

        if (list == 0 || list != cursor.Left)
        {
            return HelloOutcome.Malformed;
        }

        HandshakeCursor start = cursor;
        while (cursor.Left > 0)
        {
            if (!cursor.TryReadNumber(1, out int length))
            {
                return Failed(cursor);
            }

            if (length == 0)
            {
                return HelloOutcome.Malformed;
            }

            if (!cursor.TrySkip(length))
            {
                return Failed(cursor);
            }
        }

        protocols = start;
        return HelloOutcome.Read;
    }
}
