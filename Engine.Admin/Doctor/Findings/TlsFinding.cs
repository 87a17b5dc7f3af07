// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Doctor.Findings;

/// <summary>How a TLS handshake went.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Elapsed">Since the start of the connect.</param>
/// <param name="Timeout">What the balancer allows.</param>
/// <param name="Detail">The protocol when it was completed, otherwise what went wrong.</param>
internal sealed record TlsFinding(TlsOutcome Outcome, TimeSpan Elapsed, TimeSpan Timeout, string Detail) : Finding
{
    public override IEnumerable<string> Evidence =>
    [
        Outcome switch
        {
            TlsOutcome.Completed => $"the TLS handshake ({Detail}) was complete after {Figures.Time(Elapsed)}",
            TlsOutcome.Failed => $"the TLS handshake failed after {Figures.Time(Elapsed)}: {Detail}",
            TlsOutcome.Reset => $"the connection was reset after {Figures.Time(Elapsed)}, during the TLS handshake",
            TlsOutcome.Closed => $"the backend closed the connection after {Figures.Time(Elapsed)}, during the TLS handshake",
            _ => $"the TLS handshake was not complete within {Figures.Time(Elapsed)}; the time-out is {Figures.Time(Timeout)}",
        },
    ];
}
