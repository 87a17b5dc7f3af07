// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Doctor.Findings;

/// <summary>An attempt to connect to another port of the same host.</summary>
internal sealed record OtherPortFinding(KnownPort Port, ConnectOutcome Outcome, TimeSpan Elapsed) : Finding
{
    public override IEnumerable<string> Evidence =>
    [
        $"port {Port.Port} of the same host ({Port.Meaning}) " + Outcome switch
        {
            ConnectOutcome.Opened or ConnectOutcome.Reset => $"opened after {Figures.Time(Elapsed)}",
            ConnectOutcome.Refused => $"refused after {Figures.Time(Elapsed)}",
            ConnectOutcome.NoAnswer => $"had no answer within {Figures.Time(Elapsed)}",
            ConnectOutcome.Unreachable => "cannot be reached",
            _ => "could not be tried",
        },
    ];
}
