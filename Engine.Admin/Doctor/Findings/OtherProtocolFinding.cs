// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Doctor.Findings;

/// <summary>Whether the port speaks the other one of TLS and plain HTTP than the check.</summary>
internal sealed record OtherProtocolFinding(bool SpeaksTls, bool SpeaksPlainHttp) : Finding
{
    public override IEnumerable<string> Evidence => (SpeaksTls, SpeaksPlainHttp) switch
    {
        (true, _) => ["a TLS handshake on the same port is completed"],
        (_, true) => ["plain HTTP on the same port is answered"],
        _ => [],
    };
}
