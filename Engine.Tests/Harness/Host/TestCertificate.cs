// SPDX-License-Identifier: MIT
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace LbEngine.Tests.Harness.Host;

/// <summary>Certificates of servers that nobody trusts.</summary>
internal static class TestCertificate
{
    /// <summary>Signed by itself, with its key, in PEM. Days from now.</summary>
    public static string Create(string name, int from, int to)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());

        // An hour later than the days say: "10 days ago" is more than 10 days.
        DateTimeOffset now = TimeProvider.System.GetUtcNow().AddHours(-1);
        using X509Certificate2 certificate = request.CreateSelfSigned(now.AddDays(from), now.AddDays(to));
        return $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n";
    }
}
