// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Doctor.Findings;

/// <summary>What happened on an open TCP connection of which no HTTP is asked.</summary>
/// <param name="Outcome">How it went.</param>
/// <param name="Elapsed">Since the start of the connect.</param>
/// <param name="Timeout">What the balancer allows.</param>
/// <param name="Preview">The first bytes.</param>
/// <param name="IsExpected">Whether the answer holds what it must; true when nothing is expected.</param>
internal sealed record StreamFinding(AnswerOutcome Outcome, TimeSpan Elapsed, TimeSpan Timeout, string Preview, bool IsExpected) : Finding
{
    public override IEnumerable<string> Evidence =>
    [
        Outcome switch
        {
            AnswerOutcome.Answered => $"it sent '{Preview}' {Figures.Time(Elapsed)} after the start"
                + (IsExpected ? "" : ", which is not what the check expects"),
            AnswerOutcome.Reset => $"the connection was reset {Figures.Time(Elapsed)} after the start",
            AnswerOutcome.Closed => $"the backend closed the connection {Figures.Time(Elapsed)} after the start"
                + (Preview.Length > 0 ? $", having sent '{Preview}'" : " without a byte"),
            _ => $"the connection stayed open for {Figures.Time(Elapsed)} without a byte from the backend",
        },
    ];
}
