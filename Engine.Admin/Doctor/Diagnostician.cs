// SPDX-License-Identifier: MIT
using LbEngine.Admin.Doctor.Findings;
using LbEngine.Admin.Doctor.Rules;

namespace LbEngine.Admin.Doctor;

/// <summary>Turns findings into a cause, its evidence and what to run next. Pure: the same findings always give the same diagnosis.</summary>
internal static class Diagnostician
{
    public static Diagnosis Diagnose(DoctorTarget target, IReadOnlyList<Finding> findings)
    {
        var seen = new FindingSet(findings);
        Verdict verdict = NameRules.Judge(seen) ?? (target.Kind == ExaminationKind.Udp ? DatagramRules.Judge(target, seen) : null)
            ?? ConnectRules.Judge(target, seen)
            ?? TlsRules.Judge(target, seen)
            ?? HttpRules.Judge(target, seen)
            ?? StreamRules.Judge(target, seen)
            ?? CertificateRules.Judge(target, seen)
            ?? ForeignRules.Judge(seen)
            ?? HealthyRules.Judge(target, seen);
        return new Diagnosis(verdict.Cause, verdict.Explanation, [.. findings.SelectMany(finding => finding.Evidence)], verdict.Next);
    }
}
