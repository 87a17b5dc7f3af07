// SPDX-License-Identifier: MIT
using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using LbEngine.Admin.Doctor.Findings;

namespace LbEngine.Admin.Doctor.Examinations;

/// <summary>Shakes hands and looks at the certificate, whatever it is worth.</summary>
internal static class TlsExamination
{
    private const string SubjectAlternativeName = "2.5.29.17";

    /// <summary>The stream is null when the handshake failed; it belongs to the caller.</summary>
    [SuppressMessage(
        "Security",
        "CA5359",
        Justification = "What is wrong with a certificate is the finding; nothing secret is sent, and no answer is believed.")]
    public static async Task<(TlsFinding Finding, CertificateFinding? Certificate, SslStream? Stream)> RunAsync(
        DoctorTarget target, Stream stream, long start, CancellationToken cancellationToken)
    {
        CertificateFinding? certificate = null;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        TimeSpan left = target.Patience - TimeProvider.System.GetElapsedTime(start);
        deadline.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.FromMilliseconds(1));
        var tls = new SslStream(stream, leaveInnerStreamOpen: true);
        bool isKept = false;
        try
        {
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = target.CertificateName,
                    RemoteCertificateValidationCallback = Look,
                    CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                },
                deadline.Token).ConfigureAwait(false);
            isKept = true;
            return (Finding(TlsOutcome.Completed, tls.SslProtocol.ToString()), certificate, tls);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (Finding(TlsOutcome.Silent), certificate, null);
        }
        catch (AuthenticationException exception)
        {
            Exception cause = exception.InnerException?.InnerException ?? exception.InnerException ?? exception;
            return (Finding(TlsOutcome.Failed, Figures.Preview(cause.Message)), certificate, null);
        }
        catch (IOException exception)
        {
            bool isReset = exception.InnerException is System.Net.Sockets.SocketException;
            return (Finding(isReset ? TlsOutcome.Reset : TlsOutcome.Closed), certificate, null);
        }
        finally
        {
            if (!isKept)
            {
                await tls.DisposeAsync().ConfigureAwait(false);
            }
        }

        TlsFinding Finding(TlsOutcome outcome, string detail = "") => new(outcome, TimeProvider.System.GetElapsedTime(start), target.Timeout, detail);

        bool Look(object sender, X509Certificate? shown, X509Chain? chain, SslPolicyErrors errors)
        {
            certificate = shown is null ? null : Describe(new X509Certificate2(shown), chain, target.CertificateName);
            return true;
        }
    }

    private static CertificateFinding Describe(X509Certificate2 certificate, X509Chain? chain, string wantedName)
    {
        using (certificate)
        {
            X509SubjectAlternativeNameExtension? names = certificate.Extensions
                .Where(extension => extension.Oid?.Value == SubjectAlternativeName)
                .Select(extension => new X509SubjectAlternativeNameExtension(extension.RawData))
                .FirstOrDefault();
            bool isTrusted = chain is null || chain.ChainStatus.All(
                status => status.Status is X509ChainStatusFlags.NoError or X509ChainStatusFlags.NotTimeValid);
            return new CertificateFinding(
                Figures.Preview(certificate.Subject),
                names is null
                    ? []
                    : [.. names.EnumerateDnsNames().Select(Figures.Preview), .. names.EnumerateIPAddresses().Select(address => address.ToString())],
                Figures.Preview(certificate.Issuer),
                wantedName,
                certificate.MatchesHostname(wantedName),
                isTrusted)
            {
                NotBefore = certificate.NotBefore,
                NotAfter = certificate.NotAfter,
                Now = TimeProvider.System.GetUtcNow(),
            };
        }
    }
}
