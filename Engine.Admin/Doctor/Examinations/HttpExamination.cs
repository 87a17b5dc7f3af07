// SPDX-License-Identifier: MIT
using System.Text;
using LbEngine.Admin.Doctor.Findings;

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
        ReadEnd end = await reader.ExchangeAsync(request, so => IsEnough(target, so), deadline.Token).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return Judge(target, reader.Bytes, end, TimeProvider.System.GetElapsedTime(start));
    }

    /// <summary>What the bytes say. Pure.</summary>
    public static HttpFinding Judge(DoctorTarget target, ReadOnlySpan<byte> bytes, ReadEnd end, TimeSpan elapsed)
    {
        var finding = new HttpFinding(HttpCommand.Request(target), AnswerOutcome.Answered, elapsed, target.Timeout);
        HttpAnswer? answer = HttpAnswer.TryParse(bytes);
        if (!HttpAnswer.MayBe(bytes))
        {
            bool isTls = bytes is [0x15 or 0x16, 0x03, ..];
            return finding with { Outcome = AnswerOutcome.Foreign, Preview = isTls ? "" : Figures.Preview(bytes), HintsAtTls = isTls };
        }

        if (answer is null || answer.BodyStart < 0)
        {
            AnswerOutcome outcome = end switch
            {
                ReadEnd.Closed => AnswerOutcome.Closed,
                ReadEnd.Reset => AnswerOutcome.Reset,
                _ when bytes.Length == 0 => AnswerOutcome.Silent,
                _ => AnswerOutcome.Incomplete,
            };
            return finding with { Outcome = outcome, Preview = Figures.Preview(bytes) };
        }

        ReadOnlySpan<byte> body = bytes[answer.BodyStart..];
        bool hasBody = target.ExpectBody is not string text || body.IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;
        bool isIncomplete = !hasBody && end == ReadEnd.TimeOver;
        return finding with
        {
            Outcome = isIncomplete ? AnswerOutcome.Incomplete : AnswerOutcome.Answered,
            Status = answer.Status,
            Reason = answer.Reason,
            Location = answer.Location,
            HasExpectedBody = hasBody,
            HintsAtTls = answer.Status == PlainToTlsStatus && (body.IndexOf("HTTPS"u8) >= 0 || body.IndexOf("SSL-enabled"u8) >= 0),
            Preview = hasBody ? "" : Figures.Preview(body),
        };
    }

    private static bool IsEnough(DoctorTarget target, BoundedReader reader)
    {
        HttpAnswer? answer = HttpAnswer.TryParse(reader.Bytes);
        if (answer is null || answer.BodyStart < 0)
        {
            return !HttpAnswer.MayBe(reader.Bytes);
        }

        long body = reader.Bytes.Length - answer.BodyStart;
        bool needsBody = target.ExpectBody is not null || answer.Status == PlainToTlsStatus;
        return !needsBody || (answer.BodyLength is long length && body >= length);
    }
}
