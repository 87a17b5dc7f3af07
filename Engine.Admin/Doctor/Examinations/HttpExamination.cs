// SPDX-License-Identifier: MIT
using System.Text;
using LbEngine.Admin.Doctor.Findings;
using LbEngine.Backends;
using LbEngine.Transport.Probes;

namespace LbEngine.Admin.Doctor.Examinations;

/// <summary>Sends the request of the health check and times the answer.</summary>
internal static class HttpExamination
{
    private const int PlainToTlsStatus = 400;

    /// <param name="target">What to ask.</param>
    /// <param name="stream">The open connection, with TLS where that is wanted.</param>
    /// <param name="start">When the connect began.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<HttpFinding> RunAsync(DoctorTarget target, Stream stream, long start, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        TimeSpan left = target.Patience - TimeProvider.System.GetElapsedTime(start);
        deadline.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.FromMilliseconds(1));
        byte[] request = Encoding.Latin1.GetBytes(
            $"{target.Method} {target.Path} HTTP/1.1\r\nHost: {target.HostHeader}\r\nUser-Agent: lb-doctor\r\nAccept: */*\r\nConnection: close\r\n\r\n");
        var reader = new BoundedReader(stream);
        HttpAnswerReader answer = Expect(target);
        int taken = 0;
        ReadEnd end = await reader.ExchangeAsync(request, IsEnough, deadline.Token).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return Judge(target, answer, reader.Bytes, end, TimeProvider.System.GetElapsedTime(start));

        bool IsEnough(BoundedReader so)
        {
            answer.Add(so.Bytes[taken..]);
            taken = so.Bytes.Length;
            return answer.IsOver || (answer.Cause is not null && answer.Status != PlainToTlsStatus);
        }
    }

    /// <summary>What the bytes say. Pure.</summary>
    public static HttpFinding Judge(DoctorTarget target, ReadOnlySpan<byte> bytes, ReadEnd end, TimeSpan elapsed)
    {
        HttpAnswerReader answer = Expect(target);
        answer.Add(bytes);
        return Judge(target, answer, bytes, end, elapsed);
    }

    private static HttpAnswerReader Expect(DoctorTarget target) => new(target.ExpectStatus.Text, target.ExpectBody);

    private static HttpFinding Judge(DoctorTarget target, HttpAnswerReader answer, ReadOnlySpan<byte> bytes, ReadEnd end, TimeSpan elapsed)
    {
        if (end == ReadEnd.Closed)
        {
            answer.End();
        }

        AnswerOutcome outcome = answer.Cause switch
        {
            null when end == ReadEnd.Reset => AnswerOutcome.Reset,
            null when bytes.IsEmpty => AnswerOutcome.Silent,
            null => AnswerOutcome.Incomplete,
            ProbeCause.ClosedAfterConnect => AnswerOutcome.Closed,
            ProbeCause.WrongAnswer when answer.Status == 0 => IsHttp(bytes) ? AnswerOutcome.Broken : AnswerOutcome.Foreign,
            _ => AnswerOutcome.Answered,
        };
        var finding = new HttpFinding(HttpCommand.Request(target), outcome, elapsed, target.Timeout) { Mistake = answer.Mistake ?? "" };
        if (outcome != AnswerOutcome.Answered)
        {
            bool isTls = bytes is [0x15 or 0x16, 0x03, ..];
            return finding with { Preview = isTls ? "" : Figures.Preview(bytes), HintsAtTls = isTls };
        }

        ReadOnlySpan<byte> body = answer.Body.Span;
        bool hasBody = answer.Cause != ProbeCause.WrongAnswer;
        return finding with
        {
            Status = answer.Status,
            Reason = Figures.Preview(answer.Reason),
            Location = Figures.Preview(answer.Location),
            HasExpectedBody = hasBody,
            HintsAtTls = answer.Status == PlainToTlsStatus && (body.IndexOf("HTTPS"u8) >= 0 || body.IndexOf("SSL-enabled"u8) >= 0),
            Preview = hasBody ? "" : Figures.Preview(body),
        };
    }

    private static bool IsHttp(ReadOnlySpan<byte> bytes) => bytes.StartsWith("HTTP/1."u8);
}
