// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Kestrel;
using LbEngine.Testing;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Inspection.ProxyProtocol;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace LbEngine.Tests.Kestrel;

/// <summary>Endpoints of a real Kestrel on loopback, and what a request sees.</summary>
public sealed class EndpointTests
{
    private const string Client = $"{Headers.Source} to {Headers.Destination} over ";

    private static readonly byte[] Text = Headers.Text("PROXY TCP4 192.0.2.1 198.51.100.7 56324 443");
    private static readonly byte[] Binary = Headers.WithChecksum(Headers.Binary(0x21, 0x11,
    [
        .. Headers.Addresses(Headers.Source, Headers.Destination), .. Headers.Field(0x03, [0, 0, 0, 0]), .. Headers.Field(0x02, "shop.example"u8),
        .. Headers.Field(0x01, "h2"u8), .. Headers.Field(0x05, [1, 2, 3]),
    ]));

    [Fact]
    public async Task Request_BehindAHeaderInOneWrite_SeesTheClient()
    {
        await using ProxiedApp app = await ProxiedApp.StartAsync();

        string? first = await RawHttp.AskAsync(app.EndPoint, [.. Text, .. RawHttp.Request]);
        string? second = await RawHttp.AskAsync(app.EndPoint, [.. Binary, .. RawHttp.Request]);

        Assert.StartsWith($"{Client}http HTTP/1.1, told v1, by 127.0.0.1:", first, StringComparison.Ordinal);
        Assert.StartsWith($"{Client}http HTTP/1.1, told v2 shop.example h2 3, by 127.0.0.1:", second, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_BehindAHeaderThatIsCutAnywhere_SeesTheClient()
    {
        await using ProxiedApp app = await ProxiedApp.StartAsync();

        foreach (byte[] header in (byte[][])[Text, Binary])
        {
            for (int cut = 1; cut < header.Length; cut++)
            {
                string? answer = await RawHttp.AskAsync(app.EndPoint, header[..cut], [.. header[cut..], .. RawHttp.Request]);
                Assert.StartsWith(Client, answer, StringComparison.Ordinal);
            }

            string? bytewise = await RawHttp.AskAsync(app.EndPoint, [.. header.Concat(RawHttp.Request).Select(one => (byte[])[one])]);
            Assert.StartsWith(Client, bytewise, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Request_OverTlsWithTheHeaderBeforeIt_SeesTheClient()
    {
        await using ProxiedApp app = await ProxiedApp.StartWithTlsAsync();

        Assert.StartsWith($"{Client}https HTTP/1.1, told v1, by", await RawHttp.AskOverTlsAsync(app.EndPoint, Text), StringComparison.Ordinal);
        Assert.StartsWith($"{Client}https HTTP/1.1, told v2 shop", await RawHttp.AskOverTlsAsync(app.EndPoint, Binary), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_OfOneHttp2Connection_AllSeeTheClient()
    {
        await using ProxiedApp app = await ProxiedApp.StartWithTlsAsync();
        using var http = new SocketsHttpHandler { ConnectCallback = ConnectAsync };
        http.SslOptions.RemoteCertificateValidationCallback = RawHttp.IsOfTheApp;
        using var client = new HttpClient(http)
        {
            BaseAddress = new Uri($"https://{app.EndPoint}"),
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Timeout = Waiting.DefaultLimit,
        };

        for (int i = 0; i < 3; i++)
        {
            string answer = await client.GetStringAsync(new Uri("/", UriKind.Relative));
            Assert.StartsWith($"{Client}https HTTP/2, told v2 shop.example h2 3, by", answer, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Request_BehindLocal_SeesWhoHasConnected()
    {
        await using ProxiedApp app = await ProxiedApp.StartAsync();
        using Socket socket = await RawHttp.ConnectAsync(app.EndPoint);

        string? answer = await RawHttp.AskAsync(socket, [.. Headers.Binary(0x20, 0x00, []), .. RawHttp.Request]);

        Assert.Equal($"{socket.LocalEndPoint} to {app.EndPoint} over http HTTP/1.1, told v2, by {socket.LocalEndPoint}", answer);
    }

    [Fact]
    public async Task Connection_WithoutAHeader_IsReset()
    {
        await using ProxiedApp app = await ProxiedApp.StartAsync();

        Assert.Null(await RawHttp.AskAsync(app.EndPoint, RawHttp.Request));
        Assert.Null(await RawHttp.AskAsync(app.EndPoint, "PROXY TCP4 1.2.3 1.2.3.4 1 2\r\n"u8.ToArray()));
    }

    [Fact]
    public async Task Connection_OfAnUntrustedPeer_IsReset()
    {
        await using ProxiedApp app = await ProxiedApp.StartAtAsync(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
            listen.UseProxyProtocol(IPNetwork.Parse("10.0.0.0/8"))));

        Assert.Null(await RawHttp.AskAsync(app.EndPoint, [.. Text, .. RawHttp.Request]));
    }

    [Fact]
    public async Task Connection_OfAnUntrustedPeerThatIsIgnored_IsServedAsItself()
    {
        await using ProxiedApp app = await ProxiedApp.StartAtAsync(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
            listen.UseProxyProtocol(options =>
            {
                options.Trusted.Add(IPNetwork.Parse("10.0.0.0/8"));
                options.Untrusted = UntrustedPeer.Ignore;
            })));
        using Socket socket = await RawHttp.ConnectAsync(app.EndPoint);
        string own = socket.LocalEndPoint!.ToString()!;

        string? answer = await RawHttp.AskAsync(socket, [.. Text, .. RawHttp.Request]);

        Assert.Equal($"{own} to {app.EndPoint} over http HTTP/1.1, told nothing, by ", answer);
    }

    [Fact]
    public async Task Connection_ThatSendsNothing_IsResetInTime()
    {
        var time = new ManualTimeProvider();
        await using ProxiedApp app = await StartAsync(time);
        Task<string?> answer = RawHttp.AskAsync(app.EndPoint);
        await Waiting.UntilAsync(() => time.ArmedTimers == 1, "the header is awaited");

        time.Advance(TimeSpan.FromSeconds(5));

        Assert.Null(await answer);
    }

    [Fact]
    public async Task Stop_WhileAHeaderIsAwaited_DoesNotWaitForIt()
    {
        var time = new ManualTimeProvider();
        await using ProxiedApp app = await StartAsync(time);
        Task<string?> answer = RawHttp.AskAsync(app.EndPoint);
        await Waiting.UntilAsync(() => time.ArmedTimers == 1, "the header is awaited");

        await app.StopAsync().WaitAsync(Waiting.DefaultLimit);

        Assert.Null(await answer);
    }

    [Fact]
    public async Task Peer_ThatADualStackSocketShowsAsIPv6_IsBelievedAsIPv4()
    {
        await using ProxiedApp app = await ProxiedApp.StartAtAsync(kestrel => kestrel.Listen(IPAddress.IPv6Any, 0, listen =>
            listen.UseProxyProtocol(IPNetwork.Parse("127.0.0.0/8"))));

        string? answer = await RawHttp.AskAsync(app.EndPoint, [.. Text, .. RawHttp.Request]);

        Assert.StartsWith($"{Client}http HTTP/1.1, told v1, by [::ffff:127.0.0.1]:", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task UnixSocket_ByOptionAlone_IsBelieved(bool isTrusted)
    {
        using var directory = new TemporaryDirectory();
        string path = Path.Combine(directory.Path, "app.sock");
        await using ProxiedApp app = await ProxiedApp.StartAtAsync(kestrel => kestrel.ListenUnixSocket(path, listen =>
            listen.UseProxyProtocol(options =>
            {
                options.Trusted.Add(IPNetwork.Parse("0.0.0.0/0"));
                options.TrustUnixSockets = isTrusted;
            })));

        string? answer = await RawHttp.AskAsync(new UnixDomainSocketEndPoint(path), [.. Text, .. RawHttp.Request]);

        Assert.Equal(isTrusted, answer?.StartsWith(Client, StringComparison.Ordinal) ?? false);
    }

    /// <summary>Clients that come over UDP are not asked for a header: the manual says that Kestrel leaves them out by itself.</summary>
    [Fact]
    public async Task Protocols_OfAnEndpointThatNamesNone_AreWithoutHttp3()
    {
        HttpProtocols protocols = HttpProtocols.Http3;
        await using ProxiedApp app = await ProxiedApp.StartAsync(listen => protocols = listen.Protocols);

        Assert.Equal(HttpProtocols.Http1AndHttp2, protocols);
    }

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken token)
    {
        Socket socket = await RawHttp.ConnectAsync(new IPEndPoint(IPAddress.Loopback, context.DnsEndPoint.Port));
        await socket.SendAsync(Binary, SocketFlags.None, token);
        return new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>Trusts this host, and goes by a clock of the test's own.</summary>
    private static Task<ProxiedApp> StartAsync(TimeProvider time) =>
        ProxiedApp.StartAtAsync(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseProxyProtocol(options =>
        {
            options.Trusted.Add(IPNetwork.Parse("127.0.0.1/32"));
            options.TimeProvider = time;
        })));
}
