// SPDX-License-Identifier: MIT
namespace LbEngine.Backends;

/// <summary>What one probe of a backend found. Immutable.</summary>
/// <param name="Cause">How it ended.</param>
/// <param name="Elapsed">From its start to its end.</param>
/// <param name="Status">HTTP: the status, 0 when there was none.</param>
/// <param name="Detail">More of it in words, such as what a certificate lacks; null for none.</param>
internal sealed record ProbeResult(ProbeCause Cause, TimeSpan Elapsed, int Status = 0, string? Detail = null)
{
    public bool IsSuccess => Cause == ProbeCause.Success;

    /// <summary>The result in words, for logs and operators, without a full stop.</summary>
    public string Describe()
    {
        string text = Cause switch
        {
            ProbeCause.Success when Status > 0 => $"answered with status {Status}",
            ProbeCause.Success => "answered",
            ProbeCause.Refused => "refused: nothing listens there",
            ProbeCause.NoAnswer => "no answer",
            ProbeCause.Unreachable => "unreachable",
            ProbeCause.ResetAfterConnect => "reset after connect",
            ProbeCause.ClosedAfterConnect => "closed before the answer was complete",
            ProbeCause.WrongStatus => $"answered with status {Status}",
            ProbeCause.WrongAnswer => "wrong answer",
            ProbeCause.TlsFailed => "no TLS connection",
            ProbeCause.Slow => "connected, but no complete answer in time",
            _ => "not probed",
        };
        return Detail is null ? text : $"{text} ({Detail})";
    }
}
