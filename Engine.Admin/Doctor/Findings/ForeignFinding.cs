// SPDX-License-Identifier: MIT
using System.Net;

namespace LbEngine.Admin.Doctor.Findings;

/// <summary>An attempt to connect from an address that is not this host's, as a pool with a transparent client address does.</summary>
/// <param name="Source">From where: an address of no client, set aside for examples.</param>
/// <param name="EndPoint">Where to.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Elapsed">After how long.</param>
/// <param name="Detail">What the kernel said, where that adds something.</param>
internal sealed record ForeignFinding(IPAddress Source, IPEndPoint EndPoint, ConnectOutcome Outcome, TimeSpan Elapsed, string Detail = "") : Finding
{
    public override IEnumerable<string> Evidence =>
    [
        Outcome switch
        {
            ConnectOutcome.Opened => $"from {Source}, as if that were a client, it opened after {Figures.Time(Elapsed)}",
            ConnectOutcome.NoAnswer => $"from {Source}, as if that were a client, it had no answer within {Figures.Time(Elapsed)}",
            ConnectOutcome.NotTried => $"from the address of a client it could not be tried here: {Detail}",
            _ => $"from {Source}, as if that were a client, it failed after {Figures.Time(Elapsed)}: {Detail}",
        },
    ];
}
