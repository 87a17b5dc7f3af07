// SPDX-License-Identifier: MIT
namespace LbEngine.Inspection.Tls;

/// <summary>Walks over the bytes of one handshake message, wherever records cut it. Mutable; a copy walks by itself.</summary>
/// <remarks>RFC 8446, section 5.1: a message may span records, none of them is empty, and nothing comes between them.</remarks>
internal ref struct HandshakeCursor
{
    private const byte HandshakeRecord = 22;
    private const byte MajorVersion = 3;
    private const int HeaderLength = 5;
    private const int LongestRecord = 16 * 1024;

    private readonly ReadOnlySpan<byte> _bytes;
    private int _at;
    private int _leftInRecord;

    public HandshakeCursor(ReadOnlySpan<byte> bytes, int limit)
    {
        _bytes = bytes;
        Left = limit;
    }

    /// <summary>Bytes until the end of what is read; to ask for more is a breach of the rules.</summary>
    public int Left { get; set; }

    /// <summary>Why the last call failed: a breach of the rules, or else the bytes have not come yet.</summary>
    public bool IsMalformed { get; private set; }

    public bool TryReadNumber(int size, out int value)
    {
        Span<byte> digits = stackalloc byte[4];
        value = 0;
        if (!TryRead(digits[..size]))
        {
            return false;
        }

        foreach (byte digit in digits[..size])
        {
            value = (value << 8) | digit;
        }

        return true;
    }

    public bool TryRead(scoped Span<byte> target)
    {
        if (target.Length > Left)
        {
            return Fail();
        }

        while (!target.IsEmpty)
        {
            if (!TryOpenRecord())
            {
                return false;
            }

            int there = Math.Min(Math.Min(target.Length, _leftInRecord), _bytes.Length - _at);
            if (there == 0)
            {
                return false;
            }

            _bytes.Slice(_at, there).CopyTo(target);
            target = target[there..];
            Advance(there);
        }

        return true;
    }

    /// <summary>Passes over bytes at the price of the records that they lie in.</summary>
    public bool TrySkip(int count)
    {
        if (count > Left)
        {
            return Fail();
        }

        while (count > 0)
        {
            if (!TryOpenRecord())
            {
                return false;
            }

            int there = Math.Min(Math.Min(count, _leftInRecord), _bytes.Length - _at);
            if (there == 0)
            {
                return false;
            }

            count -= there;
            Advance(there);
        }

        return true;
    }

    private void Advance(int count)
    {
        _at += count;
        _leftInRecord -= count;
        Left -= count;
    }

    /// <summary>Each byte of a header is judged as soon as it is there.</summary>
    private bool TryOpenRecord()
    {
        if (_leftInRecord > 0)
        {
            return true;
        }

        ReadOnlySpan<byte> header = _bytes[_at..];
        if ((header.Length > 0 && header[0] != HandshakeRecord) || (header.Length > 1 && header[1] != MajorVersion))
        {
            return Fail();
        }

        if (header.Length < HeaderLength)
        {
            return false;
        }

        int length = (header[3] << 8) | header[4];
        if (length is 0 or > LongestRecord)
        {
            return Fail();
        }

        _at += HeaderLength;
        _leftInRecord = length;
        return true;
    }

    private bool Fail()
    {
        IsMalformed = true;
        return false;
    }
}
