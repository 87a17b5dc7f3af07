// SPDX-License-Identifier: MIT
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Runs;
using LbEngine.Tests.Harness.Stages;

namespace LbEngine.Tests.Admin.Doctor;

[Collection(EndToEndGroup.Name)]
[Trait(Quick.Category, Quick.Slow)]
public class TlsDoctorTests
{
    private const string Well = "return 200 well;";

    [PeerTheory(NginxServer.Program)]
    [InlineData("")]
    [InlineData("return 500;")]
    public async Task Doctor_PlainCheckOfATlsPort_SpeaksTls(string settings)
    {
        using NginxServer server = await NginxServer.StartAsync(settings, "ssl", certificate: TestCertificate.Create("example.org", 0, 10));

        DoctorRun run = await DoctorRun.AtAsync(server.EndPoint, "--http", "/");

        run.AssertCause("speaks-tls", "a TLS handshake on the same port is completed", "openssl s_client -connect");
    }

    [PeerTheory(NginxServer.Program)]
    [InlineData("--http /")]
    [InlineData("")]
    public async Task Doctor_TlsCheckOfAPlainPort_SpeaksPlain(string options)
    {
        using NginxServer server = await NginxServer.StartAsync(Well);

        DoctorRun run = await DoctorRun.AtAsync(server.EndPoint, ["--tls", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);

        run.AssertCause("speaks-plain", "plain HTTP on the same port is answered");
    }

    [PeerTheory(NginxServer.Program)]
    [InlineData("example.org", 0, 10, "certificate-untrusted", "is not trusted by this host")]
    [InlineData("other.org", 0, 10, "certificate-name", "for other.org, not for example.org")]
    [InlineData("example.org", -20, -10, "certificate-expired", "the certificate expired 10 days ago")]
    [InlineData("example.org", 5, 10, "certificate-expired", "valid only from")]
    public async Task Doctor_Certificate_IsHeldAgainstNameDateAndIssuer(string name, int from, int to, string cause, string evidence)
    {
        using NginxServer server = await NginxServer.StartAsync(Well, "ssl", certificate: TestCertificate.Create(name, from, to));

        DoctorRun run = await DoctorRun.AtAsync(server.EndPoint, "--http", "/", "--tls", "--host", "example.org");

        run.AssertCause(cause, evidence, "the TLS handshake (Tls1", "200 OK", $"openssl s_client -connect {server.EndPoint} -servername example.org");
    }

    [PeerTheory(NginxServer.Program)]
    [InlineData("ssl_reject_handshake on;")]
    public async Task Doctor_HandshakeRejected_ShowsTheAlert(string settings)
    {
        using NginxServer server = await NginxServer.StartAsync(settings, "ssl", certificate: TestCertificate.Create("example.org", 0, 10));

        DoctorRun run = await DoctorRun.AtAsync(server.EndPoint, "--http", "/", "--tls", "--host", "example.org");

        run.AssertCause("tls-handshake", "unrecognized name");
    }

    [PeerTheory(NginxServer.Program)]
    [InlineData("verifyTls: false")]
    public async Task Doctor_CheckThatNeedsNoValidCertificate_IsHealthy(string settings)
    {
        using NginxServer server = await NginxServer.StartAsync(Well, "ssl", certificate: TestCertificate.Create("other.org", -20, -10));

        DoctorRun run = await DoctorRun.OfAsync(
            $"pools: {{ site: {{ health: {{ type: http, tls: true, {settings} }}, backends: {{ a: {{ address: \"{server.EndPoint}\" }} }} }} }}");

        run.AssertCause("healthy", "answers 200", "not for 127.0.0.1");
    }
}
