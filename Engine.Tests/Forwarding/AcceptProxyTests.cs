// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Observability;
using LbEngine.Testing;
using LbEngine.Tests.Inspection.ProxyProtocol;
using LbEngine.Tests.Transport.Memory;

namespace LbEngine.Tests.Forwarding;

/// <summary>A listener whose clients begin with a PROXY header.</summary>
public sealed class AcceptProxyTests
{
    private const string InFront = "10.0.0.9";

    [Fact]
    public async Task AcceptProxy_HeadersOfEitherVersionSplitAtEveryByte_ClientIsWhoTheyName()
    {
        await using MemoryStage stage = await StartAsync();
        foreach (byte[] header in (byte[][])[Text, Binary])
        {
            byte[] stream = [.. header, .. "hello"u8];
            for (int split = 1; split < stream.Length; split++)
            {
                MemoryClient client = stage.Connect(InFront);
                client.Send(stream.AsSpan(0, split));
                client.Send(stream.AsSpan(split));

                Assert.Equal("hello", client.ReceivedText);
                Assert.Equal("hello", stage.Backends[0].Connections[^1].ReceivedText);
                ConnectionStatus seen = Assert.Single(stage.Balancer.GetConnections());
                Assert.Equal((Headers.Source, client.LocalEndPoint), (seen.Client.ToString(), seen.Peer));
                client.Finish();
            }
        }
    }

    [Theory]
    [InlineData(ProxyVersion.V1)]
    [InlineData(ProxyVersion.V2)]
    public async Task AcceptProxy_PoolSendsOneToo_TellsWhatItWasTold(ProxyVersion version)
    {
        await using MemoryStage stage = await StartAsync(pool: pool => pool.SendProxy = version);
        MemoryClient client = stage.Connect(InFront);

        client.Send([.. Text, .. "hello"u8]);

        Assert.Equal([.. version == ProxyVersion.V1 ? Text : Binary, .. "hello"u8], stage.OnlyBackendConnection().Received.ToArray());
    }

    [Fact]
    public async Task AcceptProxy_LocalOrUnknown_ClientIsWhoHasConnected()
    {
        await using MemoryStage stage = await StartAsync(pool: pool => pool.SendProxy = ProxyVersion.V1);
        foreach (byte[] header in (byte[][])[Headers.Text("PROXY UNKNOWN"), Headers.Binary(0x20, 0x11, [1, 2, 3])])
        {
            MemoryClient client = stage.Connect(InFront);
            client.Send([.. header, .. "hello"u8]);

            Assert.Null(stage.Balancer.GetConnections().First().Peer);
            string expected = $"PROXY TCP4 {InFront} 192.0.2.1 {client.LocalEndPoint.Port} 80\r\nhello";
            Assert.Equal(expected, stage.Backends[0].Connections[^1].ReceivedText);
        }
    }

    [Fact]
    public async Task AcceptProxy_SomethingElse_IsTurnedAwayAndNoBackendHearsOfIt()
    {
        await using MemoryStage stage = await StartAsync();
        MemoryClient client = stage.Connect(InFront);

        client.Send("GET / HTTP/1.1\r\n");

        Assert.Equal(MemoryClose.Reset, client.Closed);
        Assert.Equal(1, stage.Rejected(RejectReason.BadProxyHeader));
        Assert.Equal(0, stage.Backends[0].ConnectAttempts);
    }

    [Theory]
    [InlineData("")]
    [InlineData("PROXY TCP4 192.0.2.1")]
    public async Task AcceptProxy_NoWholeHeaderInTime_IsTurnedAway(string sent)
    {
        await using MemoryStage stage = await StartAsync();
        MemoryClient client = stage.Connect(InFront);
        client.Send(sent);

        stage.Time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(MemoryClose.Reset, client.Closed);
        Assert.Equal(1, stage.Rejected(RejectReason.InspectTimeout));
    }

    [Fact]
    public async Task AcceptProxy_OthersThanTheTrusted_AreTurnedAwayBeforeTheySend()
    {
        await using MemoryStage stage = await StartAsync();

        MemoryClient client = stage.Connect("198.51.100.7");

        Assert.Equal(MemoryClose.Reset, client.Closed);
        Assert.Equal(1, stage.Rejected(RejectReason.UntrustedProxy));
    }

    [Fact]
    public async Task AcceptProxy_OthersAreIgnored_HeaderIsSkippedAndChangesNothing()
    {
        await using MemoryStage stage = await StartAsync(accept => accept.Untrusted = UntrustedProxyBehaviour.Ignore);
        MemoryClient client = stage.Connect("198.51.100.7");
        client.Send([.. Text, .. "hello"u8]);
        MemoryClient without = stage.Connect("198.51.100.7");
        without.Send("hello");

        Assert.Equal(("hello", client.LocalEndPoint), (client.ReceivedText, Assert.Single(stage.Balancer.GetConnections()).Client));
        Assert.Equal(MemoryClose.Reset, without.Closed);
    }

    [Fact]
    public async Task AcceptProxy_LimitOfOneClient_CountsTheRealOne()
    {
        await using MemoryStage stage = await StartAsync(listener: web => web.MaxConnectionsPerClient = 1);
        MemoryClient first = stage.Connect(InFront);
        first.Send(Text);
        MemoryClient second = stage.Connect(InFront);
        second.Send(Text);
        MemoryClient other = stage.Connect(InFront);
        other.Send(Headers.Text("PROXY TCP4 192.0.2.2 198.51.100.7 56324 443"));

        Assert.Equal((MemoryClose.None, MemoryClose.Reset, MemoryClose.None), (first.Closed, second.Closed, other.Closed));
        Assert.Equal(1, stage.Rejected(RejectReason.ClientLimit));
    }

    [Fact]
    public async Task AcceptProxy_AccessList_JudgesTheRealClient()
    {
        await using MemoryStage stage = await StartAsync(listener: web => web.Deny.Add("192.0.2.0/24"));
        MemoryClient denied = stage.Connect(InFront);
        denied.Send(Text);
        MemoryClient allowed = stage.Connect(InFront);
        allowed.Send(Headers.Text("PROXY TCP4 203.0.113.5 198.51.100.7 56324 443"));

        Assert.Equal((MemoryClose.Reset, MemoryClose.None), (denied.Closed, allowed.Closed));
        Assert.Equal(1, stage.Rejected(RejectReason.Denied));
    }

    [Fact]
    public async Task AcceptProxy_ReloadTurnsItOff_ClientsThatHaveNotSpokenAreServedAsTheyAre()
    {
        LoadBalancerOptions? options = null;
        await using MemoryStage stage = await StartAsync(options: own => options = own);
        MemoryClient client = stage.Connect(InFront);

        options!.Listeners["web"].AcceptProxy = null;
        await stage.Balancer.ApplyAsync(options);
        client.Send("hello");

        Assert.Equal(("hello", client.LocalEndPoint), (client.ReceivedText, Assert.Single(stage.Balancer.GetConnections()).Client));
    }

    [Fact]
    public async Task AcceptProxy_ReloadTrustsThePeerNoLonger_ClientThatHasNotSpokenIsTurnedAway()
    {
        LoadBalancerOptions? options = null;
        await using MemoryStage stage = await StartAsync(options: own => options = own);
        MemoryClient client = stage.Connect(InFront);

        options!.Listeners["web"].AcceptProxy = new AcceptProxyOptions { Trusted = { "192.0.2.0/24" } };
        await stage.Balancer.ApplyAsync(options);
        client.Send([.. Text, .. "hello"u8]);

        Assert.Equal(MemoryClose.Reset, client.Closed);
        Assert.Equal(1, stage.Rejected(RejectReason.UntrustedProxy));
    }

    [Theory]
    [InlineData(null, "is required")]
    [InlineData("10.0.0.1/8", "10.0.0.0/8")]
    [InlineData("proxy.example", "must be a network")]
    public void AcceptProxy_TrustedIsMissingOrWrong_IsRefusedWithWhatToWrite(string? trusted, string says)
    {
        var accept = new AcceptProxyOptions();
        if (trusted is not null)
        {
            accept.Trusted.Add(trusted);
        }

        LoadBalancerBuilder builder = new LoadBalancerBuilder()
            .AddListener("web", "127.0.0.1:0", "site", listener => listener.AcceptProxy = accept)
            .AddPool("site", pool => pool.AddBackend("a", "127.0.0.1:9"));

        ConfigurationError error = Assert.Single(Assert.Throws<LoadBalancerConfigurationException>(builder.Build).Errors);

        Assert.Equal("listeners.web.acceptProxy.trusted", error.Path);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    private static byte[] Text => Headers.Text("PROXY TCP4 192.0.2.1 198.51.100.7 56324 443");

    private static byte[] Binary => Headers.Binary(0x21, 0x11, Headers.Addresses(Headers.Source, Headers.Destination));

    private static Task<MemoryStage> StartAsync(
        Action<AcceptProxyOptions>? accept = null,
        Action<ListenerOptions>? listener = null,
        Action<BackendPoolOptions>? pool = null,
        Action<LoadBalancerOptions>? options = null) => MemoryStage.StartAsync(
            listener: web =>
            {
                web.AcceptProxy = new AcceptProxyOptions { Trusted = { "10.0.0.0/24" } };
                accept?.Invoke(web.AcceptProxy);
                listener?.Invoke(web);
            },
            pool: pool,
            options: options);
}
