// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Testing;
using LbEngine.Tests.Inspection.ProxyProtocol;
using LbEngine.Tests.Inspection.Tls;
using LbEngine.Tests.Transport.Memory;

namespace LbEngine.Tests.Forwarding;

/// <summary>A listener that sends TLS clients to pools by what they name: "shop" for the names below shop.example, "fast" for h2, else "site".</summary>
public sealed class RouteTests
{
    private static readonly byte[] UnrecognizedName = [21, 3, 3, 0, 2, 2, 112];

    [Theory]
    [InlineData("www.shop.example", "", 1)]
    [InlineData("WWW.Shop.Example.", "", 1)]
    [InlineData("shop.example", "h2", 2)]
    [InlineData("other.example", "http/1.1", 0)]
    [InlineData("", "h2", 2)]
    [InlineData("", "", 0)]
    public async Task Routes_HelloSplitAtEveryByte_ReachesItsPoolUnaltered(string name, string protocol, int expected)
    {
        await using MemoryStage stage = await StartAsync();
        byte[] stream = [.. Hello(name, protocol), .. "more"u8];
        for (int split = 1; split < stream.Length; split++)
        {
            MemoryClient client = stage.Connect();
            client.Send(stream.AsSpan(0, split));
            client.Send(stream.AsSpan(split));

            Assert.Equal(stream, Backend(stage, expected).Connections[^1].Received.ToArray());
            client.Finish();
        }

        Assert.Equal(stream.Length - 1, Backend(stage, expected).ConnectAttempts);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n")]
    [InlineData("\u0016\u0002not TLS of version 3")]
    public async Task Routes_NoTls_GoesToThePoolOfTheListener(string sent)
    {
        await using MemoryStage stage = await StartAsync(listener: web => web.NoRoute = NoRouteBehaviour.Refuse);
        MemoryClient client = stage.Connect();

        client.Send(sent);

        Assert.Equal(sent, Backend(stage, 0).Connections[^1].ReceivedText);
    }

    [Fact]
    public async Task NoRoute_Refuse_ClientHearsThatItsServerIsNotKnownAndNoBackendHearsOfIt()
    {
        await using MemoryStage stage = await StartAsync(listener: web => web.NoRoute = NoRouteBehaviour.Refuse);
        MemoryClient client = stage.Connect();

        client.Send(Hello("other.example", "http/1.1"));

        Assert.Equal(UnrecognizedName, client.Received.ToArray());
        Assert.Equal(MemoryClose.Fin, client.Closed);
        Assert.Equal(1, stage.Rejected(RejectReason.NoRoute));
        Assert.Equal(0, Backend(stage, 0).ConnectAttempts + Backend(stage, 1).ConnectAttempts + Backend(stage, 2).ConnectAttempts);
    }

    [Fact]
    public async Task Routes_HelloBreaksTheRules_IsTurnedAway()
    {
        await using MemoryStage stage = await StartAsync();
        MemoryClient client = stage.Connect();

        client.Send([22, 3, 1, 0, 4, 2, 0, 0, 0]);

        Assert.Equal(MemoryClose.Reset, client.Closed);
        Assert.Equal(1, stage.Rejected(RejectReason.BadClientHello));
    }

    [Fact]
    public async Task Routes_HelloAsLongAsIsRead_ReachesItsPool()
    {
        await using MemoryStage stage = await StartAsync();
        MemoryClient client = stage.Connect();

        // What comes behind the name and the protocols need not have come.
        byte[] hello = new HelloBuilder().Extension(0xAAAA, new byte[16_000]).Name("www.shop.example").Protocols("http/1.1").Records(1000);
        client.Send(hello);

        Assert.Equal(hello, Backend(stage, 1).Connections[^1].Received.ToArray());
    }

    [Fact]
    public async Task Routes_EndlessHello_IsTurnedAwayOnceItIsTooLong()
    {
        await using MemoryStage stage = await StartAsync();
        MemoryClient client = stage.Connect();
        byte[] hello = HelloBuilder.Records(new HelloBuilder().Extension(0xAAAA, new byte[16_000]).Name("www.shop.example").Message(), 1);

        client.Send(hello.AsSpan(0, 20_000));

        Assert.Equal(MemoryClose.Reset, client.Closed);
        Assert.Equal(1, stage.Rejected(RejectReason.BadClientHello));
    }

    [Fact]
    public async Task Routes_SilentClient_IsTurnedAwayInTime()
    {
        await using MemoryStage stage = await StartAsync();
        MemoryClient client = stage.Connect();

        stage.Time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(MemoryClose.Reset, client.Closed);
        Assert.Equal(1, stage.Rejected(RejectReason.InspectTimeout));
    }

    [Fact]
    public async Task Routes_ClientWhoIsDenied_IsTurnedAwayBeforeItHasSaidAnything()
    {
        await using MemoryStage stage = await StartAsync(listener: web => web.Deny.Add("198.51.100.0/24"));

        MemoryClient client = stage.Connect();

        Assert.Equal(MemoryClose.Reset, client.Closed);
        Assert.Equal(1, stage.Rejected(RejectReason.Denied));
    }

    [Fact]
    public async Task Routes_Rate_CountsAClientOnce()
    {
        await using MemoryStage stage = await StartAsync(listener: web => web.Rate = new RateOptions { PerClient = "1/m", Burst = 2 });
        MemoryClient[] clients = [stage.Connect(), stage.Connect(), stage.Connect()];
        Array.ForEach(clients, static client => client.Send(Hello("www.shop.example", "")));

        Assert.Equal([MemoryClose.None, MemoryClose.None, MemoryClose.Reset], clients.Select(static client => client.Closed));
        Assert.Equal((2, 1L), (Backend(stage, 1).ConnectAttempts, stage.Rejected(RejectReason.RateLimit)));
    }

    [Fact]
    public async Task Routes_BehindAProxyHeader_ClientIsWhoItNamesAndGoesWhereItAsks()
    {
        await using MemoryStage stage = await StartAsync(listener: web => web.AcceptProxy = new AcceptProxyOptions { Trusted = { "198.51.100.0/24" } });
        byte[] hello = Hello("www.shop.example", "");
        byte[] stream = [.. Headers.Text("PROXY TCP4 192.0.2.1 198.51.100.7 56324 443"), .. hello];
        for (int split = 1; split < stream.Length; split++)
        {
            MemoryClient client = stage.Connect();
            client.Send(stream.AsSpan(0, split));
            client.Send(stream.AsSpan(split));

            Assert.Equal(hello, Backend(stage, 1).Connections[^1].Received.ToArray());
            Assert.Equal(Headers.Source, Assert.Single(stage.Balancer.GetConnections()).Client.ToString());
            client.Finish();
        }
    }

    [Fact]
    public async Task Routes_ReloadTakesThemAway_NextClientGoesToThePoolOfTheListener()
    {
        LoadBalancerOptions? options = null;
        await using MemoryStage stage = await StartAsync(options: own => options = own);
        stage.Connect().Send(Hello("www.shop.example", ""));

        options!.Listeners["web"].Routes.Clear();
        await stage.Balancer.ApplyAsync(options);
        stage.Connect().Send(Hello("www.shop.example", ""));

        Assert.Equal((1, 1), (Backend(stage, 0).ConnectAttempts, Backend(stage, 1).ConnectAttempts));
        Assert.Empty(Assert.Single(stage.Status.Listeners).RoutePools);
    }

    [Fact]
    public async Task Routes_Status_NamesTheirPools()
    {
        await using MemoryStage stage = await StartAsync();

        Assert.Equal(["shop", "fast"], Assert.Single(stage.Status.Listeners).RoutePools);
    }

    private static MemoryBackend Backend(MemoryStage stage, int number) => stage.Backends[number];

    private static byte[] Hello(string name, string protocol)
    {
        var builder = new HelloBuilder();
        builder = name.Length > 0 ? builder.Name(name) : builder;
        return (protocol.Length > 0 ? builder.Protocols(protocol) : builder).Records();
    }

    private static Task<MemoryStage> StartAsync(Action<ListenerOptions>? listener = null, Action<LoadBalancerOptions>? options = null) =>
        MemoryStage.StartAsync(
            backends: 3,
            listener: web =>
            {
                web.Routes.Add(new RouteOptions { Sni = { "*.shop.example" }, Pool = "shop" });
                web.Routes.Add(new RouteOptions { Alpn = { "h2" }, Pool = "fast" });
                listener?.Invoke(web);
            },
            options: all =>
            {
                // Of the three backends each pool has one.
                IDictionary<string, BackendOptions> backends = all.Pools["site"].Backends;
                foreach ((string pool, string name) in (ReadOnlySpan<(string, string)>)[("shop", "b1"), ("fast", "b2")])
                {
                    all.Pools.Add(pool, new BackendPoolOptions { Backends = { [name] = backends[name] } });
                    backends.Remove(name);
                }

                options?.Invoke(all);
            });
}
