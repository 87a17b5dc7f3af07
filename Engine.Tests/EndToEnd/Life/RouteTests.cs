// SPDX-License-Identifier: MIT
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Tests.Admin.Doctor;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Processes;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Harness.Streams;
using LbEngine.Tests.Inspection.Tls;

namespace LbEngine.Tests.EndToEnd.Life;

/// <summary>TLS clients that go to a pool by what they name, over real sockets and to real servers.</summary>
public sealed class RouteTests : EndToEndTest
{
    private const string OpenSsl = "/usr/bin/openssl";

    private static readonly byte[] UnrecognizedName = [21, 3, 3, 0, 2, 2, 112];

    [PeerTheory(NginxServer.Program)]
    [MemberData(nameof(Clients))]
    public async Task Routes_TlsClient_SpeaksWithTheServerThatItNames(TransportKind transport, string name, string protocol, string expected)
    {
        string certificate = TestCertificate.Create("*.shop.example", -1, 1);
        using NginxServer site = await NginxServer.StartAsync("location / { return 200 site; }", "ssl", certificate: certificate);
        using NginxServer other = await NginxServer.StartAsync("location / { return 200 other; }", "ssl", certificate: certificate);
        EngineBalancer balancer = await Stage.StartEngineAsync(
            transport, BalancerSettings.For(site.EndPoint) with { Others = [new("o", other.EndPoint.ToString())], Routes = Routes() });
        using var socket = new TcpClient();
        await socket.ConnectAsync(balancer.EndPoint);
        using X509Certificate2 own = X509Certificate2.CreateFromPem(certificate);
        using var stream = new SslStream(
            socket.GetStream(), leaveInnerStreamOpen: false, (_, presented, _, _) => presented?.GetCertHashString() == own.Thumbprint);
        var options = new SslClientAuthenticationOptions { TargetHost = name, CertificateRevocationCheckMode = X509RevocationMode.NoCheck };
        options.ApplicationProtocols = protocol.Length > 0 ? [new SslApplicationProtocol(protocol)] : null;

        await Waiting.ForAllAsync("the handshake", Waiting.DefaultLimit, stream.AuthenticateAsClientAsync(options));
        await stream.WriteAsync("GET / HTTP/1.0\r\n\r\n"u8.ToArray());
        using var reader = new StreamReader(stream);
        string answer = await Waiting.ForAsync(async stop => await reader.ReadToEndAsync(stop), "the answer");

        Assert.EndsWith($"\r\n\r\n{expected}", answer, StringComparison.Ordinal);
    }

    [PeerTheory(NginxServer.Program, OpenSsl)]
    [MemberData(nameof(OpenSslClients))]
    public async Task Routes_OpenSslClient_SpeaksWithTheServerThatItNames(TransportKind transport, string arguments, string expected)
    {
        string certificate = TestCertificate.Create("*.shop.example", -1, 1);
        using NginxServer site = await NginxServer.StartAsync("location / { return 200 site; }", "ssl", certificate: certificate);
        using NginxServer other = await NginxServer.StartAsync("location / { return 200 other; }", "ssl", certificate: certificate);
        EngineBalancer balancer = await Stage.StartEngineAsync(
            transport, BalancerSettings.For(site.EndPoint) with { Others = [new("o", other.EndPoint.ToString())], Routes = Routes() });
        using ChildProcess client = ChildProcess.Start(
            OpenSsl, ["s_client", "-quiet", "-connect", balancer.EndPoint.ToString(), .. arguments.Split(' ')]);
        client.WriteLine("GET / HTTP/1.0\r\n\r");
        await Waiting.UntilAsync(() => client.HasExited, "s_client has its answer");
        client.WaitForExit();

        Assert.Equal(expected, client.Output.Last());
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task NoRoute_Refuse_ClientHearsTheAlertAndThenTheEnd(TransportKind transport)
    {
        using ClosedPort nobody = new();
        EngineBalancer balancer = await Stage.StartEngineAsync(
            transport,
            BalancerSettings.For(nobody.EndPoint) with
            {
                Others = [new("o", nobody.EndPoint.ToString())],
                Routes = Routes(),
                NoRoute = NoRouteBehaviour.Refuse,
            });
        foreach (byte[] hello in (byte[][])[new HelloBuilder().Name("other.example").Records(), new HelloBuilder().Records(50)])
        {
            using var socket = new Socket(balancer.EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(balancer.EndPoint);
            await socket.SendAsync(hello);
            var heard = new List<byte>();
            var piece = new byte[100];
            for (int count = 1; count > 0;)
            {
                count = await Waiting.ForAsync(token => socket.ReceiveAsync(piece, SocketFlags.None, token), "what the client hears");
                heard.AddRange(piece[..count]);
            }

            Assert.Equal(UnrecognizedName, heard);
        }

        await Waiting.UntilAsync(() => balancer.Status.Rejected.GetValueOrDefault(RejectReason.NoRoute) == 2, "both are counted");
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Routes_LongHelloInPieces_ReachesItsBackendUnaltered(TransportKind transport)
    {
        using ClosedPort nobody = new();
        StreamEcho other = Stage.AddStreamEcho();
        EngineBalancer balancer = await Stage.StartEngineAsync(
            transport, BalancerSettings.For(nobody.EndPoint) with { Others = [new("o", other.EndPoint.ToString())], Routes = Routes() });
        byte[] filling = new byte[15_000];
        new Random(1).NextBytes(filling);
        byte[] hello = new HelloBuilder().Extension(0xAAAA, filling).Name("www.shop.example").Records(4000);
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(balancer.EndPoint);
        NetworkStream stream = client.GetStream();
        foreach (byte[] piece in hello.Chunk(3000))
        {
            await stream.WriteAsync(piece);
        }

        byte[] back = new byte[hello.Length];
        await Waiting.ForAllAsync("the echo", Waiting.DefaultLimit, stream.ReadExactlyAsync(back).AsTask());

        Assert.Equal(hello, back);
    }

    public static TheoryData<TransportKind, string, string> OpenSslClients()
    {
        var data = new TheoryData<TransportKind, string, string>();
        foreach (TransportKind transport in Transports.Available())
        {
            foreach (string version in (string[])["-tls1_2", "-no_tls1_3"])
            {
                data.Add(transport, $"{version} -servername www.shop.example", "other");
                data.Add(transport, $"{version} -servername www.other.example", "site");
                data.Add(transport, $"{version} -noservername", "site");
            }
        }

        return data;
    }

    public static TheoryData<TransportKind, string, string, string> Clients()
    {
        var data = new TheoryData<TransportKind, string, string, string>();
        foreach (TransportKind transport in Transports.Available())
        {
            data.Add(transport, "www.shop.example", "", "other");
            data.Add(transport, "www.other.example", "", "site");
            data.Add(transport, "www.other.example", "http/1.1", "other");
        }

        return data;
    }

    private static RouteOptions[] Routes() =>
        [new RouteOptions { Sni = { "*.shop.example" }, Pool = "other" }, new RouteOptions { Alpn = { "http/1.1" }, Pool = "other" }];
}
