// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Tests.Harness.Datagrams;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Harness.Streams;
using LbEngine.Transport.Probes;
using LbEngine.Transport.Sockets.Probes;

namespace LbEngine.Tests.Transport.Sockets.Probes;

/// <summary>Probes over real sockets, and what each kind of trouble is called.</summary>
public sealed class SocketProberTests : EndToEndTest
{
    [Fact]
    public async Task Tcp_SomebodyListens_Succeeds() =>
        Assert.Equal(ProbeCause.Success, (await ProbeAsync(new HealthOptions(), Stage.AddBackend().EndPoint)).Cause);

    [Theory]
    [InlineData(HealthCheckType.Tcp)]
    [InlineData(HealthCheckType.Http)]
    [InlineData(HealthCheckType.Udp)]
    public async Task AnyKind_NothingListens_IsRefused(HealthCheckType type)
    {
        using var closed = new ClosedPort();
        using var free = new DatagramBackend();
        IPEndPoint freePort = free.EndPoint;
        free.Dispose();

        ProbeResult result = await ProbeAsync(new HealthOptions { Type = type }, type == HealthCheckType.Udp ? freePort : closed.EndPoint);

        Assert.Equal(ProbeCause.Refused, result.Cause);
    }

    [Fact]
    public async Task Tcp_FullBacklog_IsNoAnswerWithTheTimeMeasured()
    {
        ScriptedBackend silent = Stage.AddBackend(backlog: 0);
        await silent.FillBacklogAsync();

        ProbeResult result = await ProbeAsync(new HealthOptions { Timeout = TimeSpan.FromMilliseconds(200) }, silent.EndPoint);

        Assert.Equal(ProbeCause.NoAnswer, result.Cause);

        // The runtime's timers go by a coarse clock, and may be some milliseconds early.
        Assert.True(result.Elapsed >= TimeSpan.FromMilliseconds(150), $"It took {result.Elapsed}.");
    }

    [Theory]
    [InlineData("+PONG\r\n", "+PONG", ProbeCause.Success)]
    [InlineData("-ERR\r\n", "+PONG", ProbeCause.WrongAnswer)]
    [InlineData("+PONG\r\n", "hex:2b504f4e470d0a", ProbeCause.Success)]
    public async Task TcpWithExpect_Answers_AreCompared(string answer, string expect, ProbeCause cause)
    {
        using var backend = new AnsweringBackend(answer);

        ProbeResult result = await ProbeAsync(new HealthOptions { Send = "PING\r\n", Expect = expect }, backend.EndPoint);

        Assert.Equal(cause, result.Cause);
    }

    [Theory]
    [InlineData(HealthCheckType.Tcp)]
    [InlineData(HealthCheckType.Http)]
    public async Task Expecting_BackendNeverAnswers_IsSlow(HealthCheckType type)
    {
        ScriptedBackend backend = Stage.AddBackend();

        ProbeResult result = await ProbeAsync(
            new HealthOptions { Type = type, Timeout = TimeSpan.FromSeconds(1), Expect = type == HealthCheckType.Tcp ? "x" : null }, backend.EndPoint);

        Assert.Equal(ProbeCause.Slow, result.Cause);
    }

    [Theory]
    [InlineData(true, ProbeCause.ResetAfterConnect)]
    [InlineData(false, ProbeCause.ClosedAfterConnect)]
    public async Task Http_BackendEndsWithoutAWord_IsNamedByHow(bool resets, ProbeCause cause)
    {
        ScriptedBackend backend = Stage.AddBackend();
        Task<ProbeResult> probing = ProbeAsync(new HealthOptions { Type = HealthCheckType.Http }, backend.EndPoint);
        Peer server = await Stage.AcceptAsync(backend);
        await Harness.Waiting.UntilAsync(() => server.Socket.Available > 0, "the request has come");
        if (resets)
        {
            server.Socket.LingerState = new LingerOption(true, 0);
            server.Dispose();
        }
        else
        {
            await server.Socket.ReceiveAsync(new byte[4096]);
            server.Dispose();
        }

        Assert.Equal(cause, (await probing).Cause);
    }

    [Theory]
    [InlineData(200, "fine", null, null, ProbeCause.Success)]
    [InlineData(404, "", null, null, ProbeCause.WrongStatus)]
    [InlineData(404, "", "200,400-410", null, ProbeCause.Success)]
    [InlineData(200, "all is fine", null, "is fine", ProbeCause.Success)]
    [InlineData(200, "all is lost", null, "is fine", ProbeCause.WrongAnswer)]
    public async Task Http_Answers_AreJudgedByStatusAndBody(int status, string body, string? expectStatus, string? expectBody, ProbeCause cause)
    {
        using var backend = new AnsweringBackend(AnsweringBackend.Http(status, body));

        ProbeResult result = await ProbeAsync(
            new HealthOptions { Type = HealthCheckType.Http, ExpectStatus = expectStatus, ExpectBody = expectBody }, backend.EndPoint);

        Assert.Equal((cause, status), (result.Cause, result.Status));
    }

    [Fact]
    public async Task Http_Request_SaysWhatTheCheckSays()
    {
        ScriptedBackend backend = Stage.AddBackend();
        Task<ProbeResult> probing = ProbeAsync(
            new HealthOptions { Type = HealthCheckType.Http, Method = "head", Path = "/health?deep=1", Host = "example.org" }, backend.EndPoint);
        Peer server = await Stage.AcceptAsync(backend);
        var buffer = new byte[4096];
        int received = await server.Socket.ReceiveAsync(buffer);
        await server.Socket.SendAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray());

        string request = System.Text.Encoding.ASCII.GetString(buffer, 0, received);

        Assert.StartsWith("HEAD /health?deep=1 HTTP/1.1\r\nHost: example.org\r\n", request, StringComparison.Ordinal);
        Assert.EndsWith("Connection: close\r\n\r\n", request, StringComparison.Ordinal);
        Assert.Equal(ProbeCause.Success, (await probing).Cause);
    }

    [Theory]
    [InlineData(false, ProbeCause.Success)]
    [InlineData(true, ProbeCause.TlsFailed)]
    [InlineData(null, ProbeCause.TlsFailed)]
    public async Task Https_CertificateThatNobodyKnows_IsTakenOnlyWhenTheOperatorSaysSo(bool? verify, ProbeCause cause)
    {
        ScriptedBackend backend = Stage.AddBackend();

        // Before the probe, and with time to spare: a key and the first handshake of a process take seconds on a busy machine.
        using X509Certificate2 certificate = MakeCertificate();
        var options = new HealthOptions { Type = HealthCheckType.Http, Tls = true, VerifyTls = verify, Timeout = TimeSpan.FromSeconds(20) };
        Task<ProbeResult> probing = ProbeAsync(options, backend.EndPoint);
        Peer server = await Stage.AcceptAsync(backend);
        await ServeTlsAsync(server.Socket, certificate);

        ProbeResult result = await probing;

        Assert.True(cause == result.Cause, $"{result.Cause}: {result.Detail}");
    }

    [Fact]
    public async Task Https_PlainServer_IsNoTls()
    {
        using var backend = new AnsweringBackend(AnsweringBackend.Http(400));

        ProbeResult result = await ProbeAsync(new HealthOptions { Type = HealthCheckType.Http, Tls = true }, backend.EndPoint);

        Assert.Equal(ProbeCause.TlsFailed, result.Cause);
    }

    [Theory]
    [InlineData("ping", ProbeCause.Success)]
    [InlineData("pong", ProbeCause.WrongAnswer)]
    public async Task UdpWithExpect_AnEcho_IsCompared(string expect, ProbeCause cause)
    {
        DatagramEcho echo = Stage.AddDatagramEcho();

        ProbeResult result = await ProbeAsync(
            new HealthOptions { Type = HealthCheckType.Udp, Send = "ping", Expect = expect, Timeout = TimeSpan.FromMilliseconds(500) }, echo.EndPoint);

        Assert.Equal(cause, result.Cause);
    }

    [Theory]
    [InlineData(null, ProbeCause.Success)]
    [InlineData("x", ProbeCause.NoAnswer)]
    public async Task Udp_SilentService_IsDownOnlyWhereAnAnswerIsExpected(string? expect, ProbeCause cause)
    {
        DatagramBackend silent = Stage.AddDatagramBackend();

        ProbeResult result = await ProbeAsync(
            new HealthOptions { Type = HealthCheckType.Udp, Expect = expect, Timeout = TimeSpan.FromMilliseconds(200) }, silent.EndPoint);

        Assert.Equal(cause, result.Cause);
    }

    [Theory]
    [InlineData(ProxyVersion.V2, null, null, "20-00-00-00")]
    [InlineData(ProxyVersion.V2, HealthProxyHeader.Proxy, null, "21-12-00-0C")]
    [InlineData(ProxyVersion.V2, HealthProxyHeader.Off, null, null)]
    [InlineData(ProxyVersion.V2, null, true, null)]
    [InlineData(ProxyVersion.V1, null, null, null)]
    [InlineData(ProxyVersion.Off, null, null, null)]
    public async Task Udp_PoolSendsHeaders_ProbeBeginsWithOne(ProxyVersion version, HealthProxyHeader? kind, bool? hasOwnPort, string? begins)
    {
        DatagramBackend backend = Stage.AddDatagramBackend();
        var options = new HealthOptions
        {
            Type = HealthCheckType.Udp,
            Send = "ping",
            Expect = "pong",
            Proxy = kind,
            Port = hasOwnPort is null ? null : backend.EndPoint.Port,
        };
        Task<ProbeResult> probing = ProbeAsync(options, backend.EndPoint, version);

        ReceivedDatagram probe = await backend.ReceiveFromAsync();
        await backend.SendToAsync("pong"u8.ToArray(), probe.From);

        Assert.Equal(ProbeCause.Success, (await probing).Cause);
        Assert.Equal("ping"u8.ToArray(), probe.Payload[^4..]);
        Assert.Equal(begins, probe.Payload.Length == 4 ? null : BitConverter.ToString(probe.Payload, 12, 4));
    }

    private static async Task<ProbeResult> ProbeAsync(HealthOptions options, IPEndPoint endPoint, ProxyVersion sendProxy = ProxyVersion.Off)
    {
        using var prober = new SocketProber(TimeProvider.System);
        return await prober.ProbeAsync(new HealthCheck(options, sendProxy), endPoint).WaitAsync(TimeSpan.FromSeconds(30));
    }

    private static X509Certificate2 MakeCertificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=nobody", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    private static async Task ServeTlsAsync(Socket socket, X509Certificate2 certificate)
    {
        using var stream = new SslStream(new NetworkStream(socket, ownsSocket: false));
        try
        {
            await stream.AuthenticateAsServerAsync(certificate);
            await stream.ReadAtLeastAsync(new byte[4096], 1);
            await stream.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray());
        }
        catch (Exception exception) when (exception is IOException or System.Security.Authentication.AuthenticationException)
        {
            // The client did not like the certificate.
        }
    }
}
