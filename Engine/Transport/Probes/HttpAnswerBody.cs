// SPDX-License-Identifier: MIT
using System.Globalization;

namespace LbEngine.Transport.Probes;

/// <summary>The body of an answer of HTTP/1, by its length, in chunks, or up to the end of the connection; finds a text in it. Pure. One thread.</summary>
internal sealed class HttpAnswerBody
{
    private const int MostSizeDigits = 15;

    private readonly byte[] _expected;
    private readonly GrowingBytes _content = new();
    private readonly GrowingBytes _line = new();
    private Part _part;
    private long _left;

    /// <param name="expected">What has to be in it; empty for nothing.</param>
    public HttpAnswerBody(byte[] expected)
    {
        _expected = expected;
        HasExpected = expected.Length == 0;
    }

    private enum Part
    {
        Plain,
        ChunkSize,
        Chunk,
        ChunkEnd,
        Over,
    }

    /// <summary>What the headers say of its length; null for nothing.</summary>
    public long? Length { get; set; }

    /// <summary>Whether it comes in chunks, in which case its length does not count.</summary>
    public bool IsChunked { get; set; }

    public bool HasExpected { get; private set; }

    public bool IsOver => _part == Part.Over;

    /// <summary>True when it was to come in chunks and did not.</summary>
    public bool IsBroken { get; private set; }

    public ReadOnlyMemory<byte> Content => _content.Memory;

    /// <summary>Headers are read anew: those of an interim answer say nothing of this one.</summary>
    public void Forget()
    {
        Length = null;
        IsChunked = false;
    }

    /// <summary>All headers were read.</summary>
    /// <param name="hasNone">True for an answer that has no body, whatever its headers say.</param>
    public void Begin(bool hasNone)
    {
        _left = Length ?? long.MaxValue;
        bool isEmpty = hasNone || (!IsChunked && _left == 0);
        _part = isEmpty ? Part.Over : IsChunked ? Part.ChunkSize : Part.Plain;
    }

    /// <summary>Takes the next bytes; returns those that it leaves.</summary>
    public ReadOnlySpan<byte> Add(ReadOnlySpan<byte> bytes) => _part switch
    {
        Part.Plain => AddContent(bytes, Part.Over),
        Part.Chunk => AddContent(bytes, Part.ChunkEnd),
        _ => AddLine(bytes),
    };

    private ReadOnlySpan<byte> AddContent(ReadOnlySpan<byte> bytes, Part next)
    {
        int count = (int)Math.Min(bytes.Length, _left);
        _content.Add(bytes[..count]);

        // What came before may end with the beginning of the text.
        int from = Math.Max(0, _content.Count - count - _expected.Length);
        HasExpected = HasExpected || _content.Bytes[from..].IndexOf(_expected) >= 0;
        _left -= count;
        _part = _left == 0 ? next : _part;
        return bytes[count..];
    }

    private ReadOnlySpan<byte> AddLine(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf((byte)'\n');
        _line.Add(end < 0 ? bytes : bytes[..end]);
        if (end < 0)
        {
            return default;
        }

        ReadOnlySpan<byte> line = _line.Bytes.TrimEnd((byte)'\r');
        if (_part == Part.ChunkEnd && line.IsEmpty)
        {
            _part = Part.ChunkSize;
        }
        else if (_part == Part.ChunkSize && TryParseSize(line, out _left))
        {
            // What follows the empty chunk are headers again, of which none counts.
            _part = _left == 0 ? Part.Over : Part.Chunk;
        }
        else
        {
            IsBroken = true;
            _part = Part.Over;
        }

        _line.Clear();
        return bytes[(end + 1)..];
    }

    private static bool TryParseSize(ReadOnlySpan<byte> line, out long size)
    {
        int end = line.IndexOfAny(";\t "u8);
        ReadOnlySpan<byte> digits = end < 0 ? line : line[..end];
        size = 0;
        return digits.Length <= MostSizeDigits && long.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out size);
    }
}
