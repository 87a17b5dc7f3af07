// SPDX-License-Identifier: MIT
using LbEngine.Admin.Doctor.Findings;

namespace LbEngine.Admin.Doctor.Rules;

/// <summary>Why TLS and plain text miss each other.</summary>
internal static class TlsRules
{
    /// <summary>Null when TLS is not asked for and not spoken, or was agreed on.</summary>
    public static Verdict? Judge(DoctorTarget target, FindingSet seen)
    {
        if (!target.Tls)
        {
            bool speaksTls = seen.OtherProtocol is { SpeaksTls: true } || seen.Http is { HintsAtTls: true };
            return speaksTls
                ? new Verdict(
                    DiagnosisCause.SpeaksTls,
                    $"the check is plain HTTP, but port {target.EndPoint.Port} speaks TLS: set tls in the health check, or check a plain port",
                    Steps.Curl(target with { Tls = true, VerifyTls = false }, "the same request over TLS"),
                    Steps.Handshake(target))
                : null;
        }

        return seen.Tls switch
        {
            null or { Outcome: TlsOutcome.Completed } => null,
            _ when seen.OtherProtocol is { SpeaksPlainHttp: true } => new Verdict(
                DiagnosisCause.SpeaksPlain,
                $"the check wants TLS, but port {target.EndPoint.Port} speaks plain HTTP: take tls out of the health check, or check the TLS port",
                Steps.Curl(target with { Tls = false }, "the same request in plain text"),
                Steps.Listeners(target, seen)),
            { Outcome: TlsOutcome.Silent } => WaitRules.Silent(target, seen, "answers no TLS handshake"),
            TlsFinding tls => new Verdict(
                DiagnosisCause.TlsHandshake,
                tls.Outcome == TlsOutcome.Failed
                    ? $"the TLS handshake fails: {tls.Detail}"
                    : "the backend ends the connection during the TLS handshake: no TLS on this port, or none that both sides speak",
                Steps.Handshake(target),
                Steps.Logs(seen)),
        };
    }
}
