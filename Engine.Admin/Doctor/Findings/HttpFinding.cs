// SPDX-License-Identifier: MIT
using System.Globalization;

namespace LbEngine.Admin.Doctor.Findings;

/// <summary>How an HTTP request went.</summary>
/// <param name="Request">The request as people write it, such as <c>GET http://10.0.0.1/healthz</c>.</param>
/// <param name="Outcome">How it went.</param>
/// <param name="Elapsed">Since the start of the connect.</param>
/// <param name="Timeout">What the balancer allows.</param>
internal sealed record HttpFinding(string Request, AnswerOutcome Outcome, TimeSpan Elapsed, TimeSpan Timeout) : Finding
{
    public int Status { get; init; }

    public string Reason { get; init; } = "";

    /// <summary>Where a redirection leads.</summary>
    public string Location { get; init; } = "";

    /// <summary>The first of what came: of the body, or of bytes that are no HTTP.</summary>
    public string Preview { get; init; } = "";

    /// <summary>What is wrong with the answer, as the health check finds it; empty for nothing.</summary>
    public string Mistake { get; init; } = "";

    public bool HasExpectedBody { get; init; } = true;

    /// <summary>Whether the bytes that came, or nginx's words, tell of TLS.</summary>
    public bool HintsAtTls { get; init; }

    public bool IsSlow => Outcome == AnswerOutcome.Answered && Elapsed > Timeout;

    public override IEnumerable<string> Evidence
    {
        get
        {
            string time = $"{Figures.Time(Elapsed)}, the time-out is {Figures.Time(Timeout)}";
            yield return $"{Request}: " + Outcome switch
            {
                AnswerOutcome.Answered => string.Create(CultureInfo.InvariantCulture, $"{Status} {Reason}").Trim() + $" after {time}",
                AnswerOutcome.Reset => $"the connection was reset after {Figures.Time(Elapsed)}, before an answer was complete",
                AnswerOutcome.Closed => $"the connection was closed after {Figures.Time(Elapsed)}, before an answer was complete",
                AnswerOutcome.Silent => $"opened, but no byte of an answer within {time}",
                AnswerOutcome.Broken => $"an answer that breaks the rules of HTTP after {Figures.Time(Elapsed)}: {Mistake}",
                AnswerOutcome.Incomplete => $"only a part of an answer within {time}",
                _ => $"an answer that is no HTTP after {Figures.Time(Elapsed)}",
            };
            if (Location.Length > 0)
            {
                yield return $"it redirects to {Location}";
            }

            if (Preview.Length > 0)
            {
                yield return $"the answer {(Outcome == AnswerOutcome.Answered ? "says" : "begins with")} '{Preview}'";
            }
        }
    }
}
