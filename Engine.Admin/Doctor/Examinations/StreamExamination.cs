// SPDX-License-Identifier: MIT
using LbEngine.Admin.Doctor.Findings;

namespace LbEngine.Admin.Doctor.Examinations;

/// <summary>Watches an open connection: with an expected answer until it comes, otherwise for a moment, to see a reset or an end.</summary>
internal static class StreamExamination
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(300);

    /// <param name="target">What to send and to expect.</param>
    /// <param name="stream">The open connection.</param>
    /// <param name="start">When the connect began.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<StreamFinding> RunAsync(DoctorTarget target, Stream stream, long start, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        TimeSpan left = target.Expect is null ? Moment : target.Patience - TimeProvider.System.GetElapsedTime(start);
        deadline.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.FromMilliseconds(1));
        var reader = new BoundedReader(stream);
        ReadEnd end = await reader.ExchangeAsync(target.Send, IsEnough, deadline.Token).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        bool isExpected = target.Expect is null || reader.Bytes.IndexOf(target.Expect) >= 0;
        AnswerOutcome outcome = end switch
        {
            _ when isExpected && reader.Bytes.Length > 0 => AnswerOutcome.Answered,
            ReadEnd.Reset => AnswerOutcome.Reset,
            ReadEnd.Closed when reader.Bytes.IsEmpty => AnswerOutcome.Closed,
            _ when reader.Bytes.Length > 0 => AnswerOutcome.Answered,
            _ => AnswerOutcome.Silent,
        };
        return new StreamFinding(outcome, TimeProvider.System.GetElapsedTime(start), target.Timeout, Figures.Preview(reader.Bytes), isExpected);

        bool IsEnough(BoundedReader so) => so.Bytes.Length > 0 && (target.Expect is null || so.Bytes.IndexOf(target.Expect) >= 0);
    }
}
