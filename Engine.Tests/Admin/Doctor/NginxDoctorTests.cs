// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Net;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Runs;
using LbEngine.Tests.Harness.Stages;

namespace LbEngine.Tests.Admin.Doctor;

/// <summary>A real web server with one thing wrong, and a real <c>lb doctor</c> before it.</summary>
[Collection(EndToEndGroup.Name)]
[Trait(Quick.Category, Quick.Slow)]
public class NginxDoctorTests
{
    private const string Well = "return 200 well;";

    [PeerTheory(NginxServer.Program)]
    [InlineData("return 200 well;", "healthy", "answers 200 after")]
    [InlineData("return 500;", "wrong-status", "500 Internal Server Error")]
    [InlineData("return 404;", "wrong-status", "there is no such page")]
    [InlineData("return 301 http://example.org/;", "wrong-status", "it redirects to http://example.org/")]
    [InlineData("return 444;", "closed-after-connect", "before an answer")]
    public async Task Doctor_Status_IsHeldAgainstTheExpectedOne(string settings, string cause, string evidence)
    {
        using NginxServer server = await NginxServer.StartAsync(settings);

        DoctorRun run = await DoctorRun.AtAsync(server.EndPoint, "--http", "/healthz");

        run.AssertCause(cause, evidence, $"GET http://{server.EndPoint}/healthz");
    }

    [PeerTheory(NginxServer.Program)]
    [InlineData("sendProxy: v1", "healthy")]
    [InlineData("sendProxy: v2", "healthy")]
    [InlineData("sendProxy: off", "closed-after-connect")]
    public async Task Doctor_ServerThatExpectsAProxyHeader_IsAskedAsTheHealthCheckAsks(string setting, string cause)
    {
        using NginxServer server = await NginxServer.StartAsync(Well, "proxy_protocol");

        DoctorRun run = await DoctorRun.OfAsync(
            $"pools: {{ site: {{ {setting}, health: {{ type: http }}, backends: {{ a: {{ address: \"{server.EndPoint}\" }} }} }} }}");

        run.AssertCause(cause);
    }

    [PeerTheory(NginxServer.Program)]
    [InlineData("")]
    [InlineData("--http /")]
    public async Task Doctor_StoppedServer_IsRefused(string options)
    {
        using NginxServer server = await NginxServer.StartAsync(Well);
        server.Process.Kill();

        DoctorRun run = await DoctorRun.AtAsync(server.EndPoint, options.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        int port = server.EndPoint.Port;
        run.AssertCause("refused", $"nothing on this host listens on TCP port {port}", $"here: ss -ltnp 'sport = :{port}'", "systemctl");
    }

    [PeerTheory(NginxServer.Program)]
    [InlineData("")]
    [InlineData("--http /")]
    public async Task Doctor_PausedServerWithRoomInItsBacklog_IsPaused(string options)
    {
        using NginxServer server = await NginxServer.StartAsync(Well);
        server.Process.Signal("STOP");

        DoctorRun run = await DoctorRun.AtAsync(server.EndPoint, [.. options.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--timeout", "300ms"]);

        run.AssertCause("process-paused", $"nginx (process {server.Process.Id}, stopped by a signal)", $"here: kill -CONT {server.Process.Id}", "opened after");
    }

    [PeerTheory(NginxServer.Program)]
    [InlineData(1)]
    public async Task Doctor_PausedServerWithAFullBacklog_CountsTheQueue(int backlog)
    {
        using NginxServer server = await NginxServer.StartAsync(Well, string.Create(CultureInfo.InvariantCulture, $"backlog={backlog}"));
        await server.PauseAndFillAsync();

        DoctorRun run = await DoctorRun.AtAsync(server.EndPoint, "--timeout", "300ms");

        run.AssertCause(
            "backlog-full", "had no answer within", $"2 connections of at most {backlog + 1} wait to be accepted", $"here: kill -CONT {server.Process.Id}");
    }

    [PeerTheory(NginxServer.Program)]
    [InlineData("127.0.0.2")]
    public async Task Doctor_ServerOn127001Only_IsLoopbackOnlyForAnotherAddress(string address)
    {
        using NginxServer server = await NginxServer.StartAsync(Well);

        DoctorRun run = await DoctorRun.AtAsync(new IPEndPoint(IPAddress.Parse(address), server.EndPoint.Port));

        run.AssertCause("loopback-only", $"nginx (process {server.Process.Id}) on {server.EndPoint}", "listens on loopback only");
    }

    [PeerTheory(NginxServer.Program)]
    [InlineData("backends: { a: { address: \"CLOSED\" }, b: { address: \"192.0.2.1:USUAL\" } }", "the port of site/b")]
    [InlineData("health: { type: tcp, port: PORT }, backends: { a: { address: \"OPEN\" } }", "the backend's own port")]
    public async Task Doctor_ServerOnAnotherPortOfTheConfiguration_IsWrongPort(string pool, string port)
    {
        using NginxServer server = await NginxServer.StartAsync(Well);
        using var closed = new ClosedPort();
        string filled = pool.Replace("CLOSED", $"{closed.EndPoint}", StringComparison.Ordinal)
            .Replace("OPEN", $"{server.EndPoint}", StringComparison.Ordinal)
            .Replace("USUAL", $"{server.EndPoint.Port}", StringComparison.Ordinal)
            .Replace("PORT", $"{closed.EndPoint.Port}", StringComparison.Ordinal);

        DoctorRun run = await DoctorRun.OfAsync($"pools: {{ site: {{ {filled} }} }}");

        run.AssertCause("wrong-port", $"port {server.EndPoint.Port} ({port}) is open", $"connecting to {closed.EndPoint} was refused");
    }

    [PeerTheory(NginxServer.Program)]
    [InlineData("expectStatus: \"500\"", "healthy")]
    [InlineData("expectBody: absent, expectStatus: \"500\"", "wrong-answer")]
    [InlineData("host: example.org", "wrong-status")]
    public async Task Doctor_HealthCheckOfThePool_IsWhatIsAsked(string settings, string cause)
    {
        using NginxServer server = await NginxServer.StartAsync("location = /check { return 500 here; } location / { return 200; }");

        DoctorRun run = await DoctorRun.OfAsync(
            $"pools: {{ site: {{ health: {{ type: http, path: /check, timeout: 3s, {settings} }}, "
            + $"backends: {{ a: {{ address: \"{server.EndPoint}\" }} }} }} }}");

        run.AssertCause(cause, $"GET http://{server.EndPoint}/check", "the time-out is 3.00 s");
    }
}
