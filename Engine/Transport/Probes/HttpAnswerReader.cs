// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;
using LbEngine.Backends;
using LbEngine.Configuration.Text;

namespace LbEngine.Transport.Probes;

/// <summary>
/// Reads an answer of HTTP/1 as the health check does, and says what it is worth: the one judgement of whether a backend answers as it should.
/// </summary>
/// <remarks>
/// RFC 9112, of which only as much is held against an answer as tells a healthy backend: a line may end with LF alone, as HAProxy takes it, and
/// interim answers are passed over. Pure, and the same in whatever pieces an answer comes. A hostile answer costs <see cref="MaxBytes"/> and ends as
/// a wrong one. One thread.
/// </remarks>
public sealed class HttpAnswerReader
{
    /// <summary>More of an answer is never looked at: 64 KiB.</summary>
    public const int MaxBytes = 64 * 1024;

    private const string NoHttp = "not HTTP/1.1";
    private const string NoStatus = "no status of three digits";
    private const string NoText = "the body lacks the expected text";

    private readonly StatusRanges _expectStatus;
    private readonly HttpAnswerBody _body;
    private readonly GrowingBytes _line = new();
    private Part _part;
    private int _total;
    private int _status; // of the headers that are being read

    /// <summary>Expects an answer.</summary>
    /// <param name="expectStatus">Statuses that are right, such as <c>200-299,304</c>.</param>
    /// <param name="expectBody">Text that the body must contain, in UTF-8; null for none.</param>
    /// <exception cref="ArgumentException">The statuses are none.</exception>
    public HttpAnswerReader(string expectStatus, string? expectBody = null)
        : this(
            StatusRanges.TryParse(expectStatus) ?? throw new ArgumentException($"Must be {StatusRanges.Expected}.", nameof(expectStatus)),
            Encoding.UTF8.GetBytes(expectBody ?? ""))
    {
    }

    internal HttpAnswerReader(StatusRanges expectStatus, byte[] expectBody)
    {
        _expectStatus = expectStatus;
        _body = new HttpAnswerBody(expectBody);
    }

    private enum Part
    {
        Status,
        Header,
        Body,
        Over,
    }

    /// <summary>What the answer is worth; null while more has to come. Once it is said it stays.</summary>
    public ProbeCause? Cause { get; private set; }

    /// <summary>What is wrong with it, in words; null where <see cref="Cause"/> says all.</summary>
    public string? Mistake { get; private set; }

    /// <summary>The status; 0 before all headers were read, or when it is none.</summary>
    public int Status { get; private set; }

    /// <summary>The words beside the status. From the network: whoever shows them cares for control characters.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>Where it redirects to; empty for nowhere. From the network.</summary>
    public string Location { get; private set; } = "";

    /// <summary>The body so far, put together where it comes in chunks.</summary>
    public ReadOnlyMemory<byte> Body => _body.Content;

    /// <summary>Whether nothing more of it will be looked at.</summary>
    public bool IsOver => _part == Part.Over;

    /// <summary>The judgement for whoever probes; null while more has to come.</summary>
    internal ProbeResult? Result => Cause is ProbeCause cause ? new ProbeResult(cause, TimeSpan.Zero, Status, Mistake) : null;

    /// <summary>Takes the next bytes, in the order in which they came.</summary>
    public void Add(ReadOnlySpan<byte> received)
    {
        ReadOnlySpan<byte> left = received[..Math.Min(received.Length, MaxBytes - _total)];
        _total += left.Length;
        while (!left.IsEmpty && _part != Part.Over)
        {
            left = _part == Part.Body ? AddBody(left) : AddLine(left);
        }

        if (_total == MaxBytes)
        {
            Conclude(_part == Part.Body ? NoText : "headers without end");
        }
    }

    /// <summary>Nothing more will come.</summary>
    public void End()
    {
        if (_part == Part.Header || (_part == Part.Status && IsHttp(_line.Bytes)))
        {
            Cause ??= ProbeCause.ClosedAfterConnect;
            _part = Part.Over;
            return;
        }

        Conclude(_part == Part.Body ? NoText : NoHttp);
    }

    private static bool IsHttp(ReadOnlySpan<byte> start)
    {
        ReadOnlySpan<byte> prefix = "HTTP/1."u8;
        int common = Math.Min(prefix.Length, start.Length);
        return start[..common].SequenceEqual(prefix[..common]);
    }

    /// <summary>Three digits behind the version, and the end or a space behind them.</summary>
    private static int? FindStatus(ReadOnlySpan<byte> line) =>
        line.Length >= 12
        && (line.Length == 12 || line[12] == ' ')
        && line[8] == ' '
        && !line[9..12].ContainsAnyExceptInRange((byte)'0', (byte)'9')
            ? int.Parse(line[9..12], NumberStyles.None, CultureInfo.InvariantCulture)
            : null;

    private static bool TryTakeHeader(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        bool isIt = line.Length > name.Length && line[name.Length] == ':' && Ascii.EqualsIgnoreCase(line[..name.Length], name);
        value = isIt ? line[(name.Length + 1)..].Trim(" \t"u8) : default;
        return isIt;
    }

    private ReadOnlySpan<byte> AddBody(ReadOnlySpan<byte> bytes)
    {
        bytes = _body.Add(bytes);
        if (_body.HasExpected)
        {
            Cause ??= ProbeCause.Success;
        }

        if (_body.IsOver)
        {
            Conclude(_body.IsBroken ? "its chunks are none" : NoText);
        }

        return bytes;
    }

    private ReadOnlySpan<byte> AddLine(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf((byte)'\n');
        _line.Add(end < 0 ? bytes : bytes[..end]);
        if (_part == Part.Status && !MayBeHttp())
        {
            return default;
        }

        if (end < 0)
        {
            return default;
        }

        ReadOnlySpan<byte> line = _line.Bytes;
        line = line is [.., (byte)'\r'] ? line[..^1] : line;
        if (_part == Part.Status)
        {
            TakeStatusLine(line);
        }
        else if (line.IsEmpty)
        {
            TakeEndOfHeaders();
        }
        else
        {
            TakeHeader(line);
        }

        _line.Clear();
        return bytes[(end + 1)..];
    }

    /// <summary>Says at once what cannot become an answer of HTTP any more: its end may never come.</summary>
    private bool MayBeHttp()
    {
        ReadOnlySpan<byte> start = _line.Bytes;

        // The first byte of a record of TLS (an alert, or a handshake) tells nothing without the second.
        if (IsHttp(start) || start is [0x15 or 0x16])
        {
            return true;
        }

        Conclude(start is [0x15 or 0x16, 0x03, ..] ? "TLS; write tls: true" : NoHttp);
        return false;
    }

    private void TakeStatusLine(ReadOnlySpan<byte> line)
    {
        if (line.Length < 9 || !IsHttp(line) || line[8] != ' ')
        {
            Conclude(NoHttp);
        }
        else if (FindStatus(line) is int status)
        {
            _status = status;
            Reason = line.Length > 13 ? Encoding.Latin1.GetString(line[13..]) : "";
            Location = "";
            _body.Forget();
            _part = Part.Header;
        }
        else
        {
            Conclude(NoStatus);
        }
    }

    private void TakeHeader(ReadOnlySpan<byte> line)
    {
        if (TryTakeHeader(line, "Location"u8, out ReadOnlySpan<byte> value))
        {
            Location = Location.Length == 0 ? Encoding.Latin1.GetString(value) : Location;
        }
        else if (TryTakeHeader(line, "Transfer-Encoding"u8, out value))
        {
            // Chunked is always the last coding: what it was coded with before is not undone.
            ReadOnlySpan<byte> last = value[(value.LastIndexOf((byte)',') + 1)..].Trim(" \t"u8);
            _body.IsChunked = Ascii.EqualsIgnoreCase(last, "chunked"u8);
        }
        else if (TryTakeHeader(line, "Content-Length"u8, out value) && _body.Length is null)
        {
            _body.Length = long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long length) ? length : null;
        }
    }

    private void TakeEndOfHeaders()
    {
        // 1xx are interim: the answer itself follows.
        if (_status is >= 100 and < 200 and not 101)
        {
            _part = Part.Status;
            return;
        }

        Status = _status;
        _part = Part.Body;
        _body.Begin(hasNone: _status is 204 or 304);
        if (!_expectStatus.Contain(_status))
        {
            Cause = ProbeCause.WrongStatus;
        }
        else if (_body.HasExpected)
        {
            Cause = ProbeCause.Success;
        }

        if (_body.IsOver)
        {
            Conclude(NoText);
        }
    }

    /// <summary>Nothing more is looked at: an answer that was not right before is wrong now.</summary>
    private void Conclude(string mistake)
    {
        _part = Part.Over;
        if (Cause is null)
        {
            Cause = ProbeCause.WrongAnswer;
            Mistake = mistake;
        }
    }
}
