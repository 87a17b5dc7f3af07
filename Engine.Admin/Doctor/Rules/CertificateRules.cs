// SPDX-License-Identifier: MIT
using System.Globalization;
using LbEngine.Admin.Doctor.Findings;

namespace LbEngine.Admin.Doctor.Rules;

/// <summary>What is wrong with a certificate, when the check looks at it.</summary>
internal static class CertificateRules
{
    /// <summary>Null when it holds, or need not.</summary>
    public static Verdict? Judge(DoctorTarget target, FindingSet seen)
    {
        if (seen.Certificate is not CertificateFinding certificate || !target.VerifyTls)
        {
            return null;
        }

        NextStep look = Steps.Handshake(target);
        if (certificate.Now > certificate.NotAfter)
        {
            return new Verdict(
                DiagnosisCause.CertificateExpired,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the certificate expired {Ago(certificate.Now - certificate.NotAfter)} ago, "
                    + $"on {certificate.NotAfter.UtcDateTime:yyyy-MM-dd}: renew it"),
                look);
        }

        if (certificate.Now < certificate.NotBefore)
        {
            return new Verdict(
                DiagnosisCause.CertificateExpired,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the certificate is valid only from {certificate.NotBefore.UtcDateTime:yyyy-MM-dd HH:mm} UTC: "
                    + $"is the clock of one of the hosts wrong?"),
                look,
                new NextStep("timedatectl", true, "whether this host's clock is right"));
        }

        if (!certificate.MatchesName)
        {
            return new Verdict(
                DiagnosisCause.CertificateName,
                $"the certificate is for {certificate.NameList}, not for {certificate.WantedName}: set the host of the health check to a name in it",
                look);
        }

        return certificate.IsTrusted
            ? null
            : new Verdict(
                DiagnosisCause.CertificateUntrusted,
                $"this host does not trust the issuer {certificate.Issuer}: install its certificate here, or set verifyTls: false",
                look);
    }

    private static string Ago(TimeSpan time) => time.TotalDays >= 1
        ? Figures.Count((long)time.TotalDays, "day")
        : Figures.Count((long)time.TotalMinutes, "minute");
}
