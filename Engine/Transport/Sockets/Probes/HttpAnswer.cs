// SPDX-License-Identifier: MIT
using System.Buffers.Text;
using System.Text;
using LbEngine.Backends;
using LbEngine.Transport.Probes;

namespace LbEngine.Transport.Sockets.Probes;

/// <summary>Reads as much of an answer of HTTP/1.1 as a health check needs. Pure and bounded: a hostile answer costs 64 KiB and ends as a wrong one.</summary>
/// <remarks>RFC 9112. Judged anew with everything received so far; nothing is kept between two calls.</remarks>
internal static class HttpAnswer
{
    /// <summary>More of an answer is never looked at.</summary>
    public const int MaxBytes = 64 * 1024;

    private const int StatusLineBytes = 12; // HTTP/1.1 200

    /// <summary>Null while more has to come.</summary>
    /// <param name="received">Everything received so far.</param>
    /// <param name="isLast">True when nothing more will come, or be read.</param>
    /// <param name="check">What is expected.</param>
    public static ProbeResult? Judge(ReadOnlySpan<byte> received, bool isLast, HealthCheck check)
    {
        bool isFull = received.Length >= MaxBytes;
        while (true)
        {
            if (received.IsEmpty)
            {
                return isLast ? Wrong(ProbeCause.ClosedAfterConnect) : null;
            }

            if (!IsHttp(received))
            {
                bool isTls = received.Length > 1 && received[0] is 0x15 or 0x16 && received[1] == 0x03;
                return Wrong(ProbeCause.WrongAnswer, isTls ? "TLS; write tls: true" : "not HTTP/1.1");
            }

            int head = received.IndexOf("\r\n\r\n"u8);
            if (head < 0)
            {
                return !isLast ? null : isFull ? Wrong(ProbeCause.WrongAnswer, "headers without end") : Wrong(ProbeCause.ClosedAfterConnect);
            }

            if (!Utf8Parser.TryParse(received.Slice(9, 3), out int status, out int digits) || digits != 3 || received[12] is not ((byte)' ' or (byte)'\r'))
            {
                return Wrong(ProbeCause.WrongAnswer, "no status");
            }

            // 1xx are interim: the answer itself follows.
            if (status is < 100 or >= 200 or 101)
            {
                return JudgeFinal(received[..(head + 2)], received[(head + 4)..], isLast, check, status);
            }

            received = received[(head + 4)..];
        }
    }

    private static ProbeResult? JudgeFinal(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, bool isLast, HealthCheck check, int status)
    {
        if (!check.ExpectStatus.Contain(status))
        {
            return new ProbeResult(ProbeCause.WrongStatus, TimeSpan.Zero, status);
        }

        return check.ExpectBody.Length == 0
            ? new ProbeResult(ProbeCause.Success, TimeSpan.Zero, status)
            : JudgeBody(head, body, isLast, check.ExpectBody, status);
    }

    private static ProbeResult? JudgeBody(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, bool isLast, byte[] expected, int status)
    {
        bool isComplete;
        if (FindHeader(head, "transfer-encoding:"u8, out ReadOnlySpan<byte> coding) && Ascii.EqualsIgnoreCase(coding, "chunked"u8))
        {
            byte[] decoded = Unchunk(body, out isComplete);
            body = decoded;
        }
        else
        {
            isComplete = FindHeader(head, "content-length:"u8, out ReadOnlySpan<byte> text)
                && Utf8Parser.TryParse(text, out long length, out _)
                && body.Length >= length;
        }

        if (body.IndexOf(expected) >= 0)
        {
            return new ProbeResult(ProbeCause.Success, TimeSpan.Zero, status);
        }

        return isComplete || isLast ? new ProbeResult(ProbeCause.WrongAnswer, TimeSpan.Zero, status, "the body lacks the expected text") : null;
    }

    private static bool IsHttp(ReadOnlySpan<byte> received)
    {
        ReadOnlySpan<byte> prefix = "HTTP/1."u8;
        int common = Math.Min(prefix.Length, received.Length);
        return received[..common].SequenceEqual(prefix[..common]) && (received.Length < StatusLineBytes || received[8] == ' ');
    }

    private static bool FindHeader(ReadOnlySpan<byte> head, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        while (head.IndexOf("\r\n"u8) is >= 0 and int end)
        {
            ReadOnlySpan<byte> line = head[..end];
            head = head[(end + 2)..];
            if (line.Length >= name.Length && Ascii.EqualsIgnoreCase(line[..name.Length], name))
            {
                value = line[name.Length..].Trim(" \t"u8);
                return true;
            }
        }

        value = default;
        return false;
    }

    /// <summary>The chunks so far, put together; complete after the empty one, or where it is no chunk at all.</summary>
    private static byte[] Unchunk(ReadOnlySpan<byte> body, out bool isComplete)
    {
        var decoded = new byte[body.Length];
        int held = 0;
        isComplete = false;
        while (body.IndexOf("\r\n"u8) is >= 0 and int end)
        {
            if (!Utf8Parser.TryParse(body[..end], out uint size, out int digits, 'x') || digits == 0 || size == 0)
            {
                isComplete = true;
                break;
            }

            body = body[(end + 2)..];
            int present = (int)Math.Min(size, (uint)body.Length);
            body[..present].CopyTo(decoded.AsSpan(held));
            held += present;
            if (body.Length < (long)size + 2)
            {
                break;
            }

            body = body[((int)size + 2)..];
        }

        return decoded[..held];
    }

    private static ProbeResult Wrong(ProbeCause cause, string? detail = null) => new(cause, TimeSpan.Zero, 0, detail);
}
