// SPDX-License-Identifier: MIT
using System.Net;

namespace LbEngine.Admin.Doctor.Findings;

/// <summary>An attempt to connect.</summary>
/// <param name="EndPoint">Where to.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Elapsed">After how long.</param>
/// <param name="Timeout">How long the balancer would have waited.</param>
/// <param name="Detail">What the kernel said, where that adds something.</param>
internal sealed record ConnectFinding(IPEndPoint EndPoint, ConnectOutcome Outcome, TimeSpan Elapsed, TimeSpan Timeout, string Detail = "") : Finding
{
    public bool IsSlow => Outcome == ConnectOutcome.Opened && Elapsed > Timeout;

    public override IEnumerable<string> Evidence =>
    [
        Outcome switch
        {
            ConnectOutcome.Opened => $"the connection to {EndPoint} opened after {Figures.Time(Elapsed)}"
                + (IsSlow ? $"; the time-out is {Figures.Time(Timeout)}" : ""),
            ConnectOutcome.Reset => $"the connection to {EndPoint} opened and was reset at once, after {Figures.Time(Elapsed)}",
            ConnectOutcome.Refused => $"connecting to {EndPoint} was refused after {Figures.Time(Elapsed)}",
            ConnectOutcome.NoAnswer => $"connecting to {EndPoint} had no answer within {Figures.Time(Elapsed)}; the time-out is {Figures.Time(Timeout)}",
            ConnectOutcome.Unreachable => $"connecting to {EndPoint} failed after {Figures.Time(Elapsed)}: {Detail}",
            _ => $"this host could not connect to {EndPoint}: {Detail}",
        },
    ];
}
