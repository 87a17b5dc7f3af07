// SPDX-License-Identifier: MIT
using System.Globalization;
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Testing;
using LbEngine.Tests.Inspection.ProxyProtocol;
using LbEngine.Tests.Transport.Memory;

namespace LbEngine.Tests.Forwarding;

/// <summary>A pool that tells its backends whose connection they get.</summary>
public sealed class SendProxyTests
{
    [Fact]
    public async Task SendProxy_Version1_HeaderComesBeforeTheClientsBytes()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(pool: pool => pool.SendProxy = ProxyVersion.V1);
        MemoryClient client = stage.Connect();

        client.Send("hello");

        Assert.Equal($"{Line(client)}hello", stage.OnlyBackendConnection().ReceivedText);
    }

    [Fact]
    public async Task SendProxy_Version2_HeaderNamesClientAndListener()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(pool: pool => pool.SendProxy = ProxyVersion.V2);
        MemoryClient client = stage.Connect();

        client.Send("hello");

        byte[] header = Headers.Binary(0x21, 0x11, Headers.Addresses(client.LocalEndPoint.ToString(), MemoryStage.Listener));
        Assert.Equal([.. header, .. "hello"u8], stage.OnlyBackendConnection().Received.ToArray());
    }

    [Theory]
    [InlineData(ProxyVersion.V1)]
    [InlineData(ProxyVersion.V2)]
    public async Task SendProxy_ClientIsSilent_HeaderComesAtOnceSoThatTheBackendMaySpeakFirst(ProxyVersion version)
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(pool: pool => pool.SendProxy = version);

        stage.Connect();

        Assert.NotEqual(0, stage.OnlyBackendConnection().Received.Length);
    }

    [Fact]
    public async Task SendProxy_FirstBackendRefuses_TheNextOneGetsTheWholeHeader()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 2, pool: pool => pool.SendProxy = ProxyVersion.V1);
        stage.Backends[0].Refuse();

        MemoryClient[] clients = [stage.Connect(), stage.Connect()];

        Assert.Equal(clients.Select(Line), stage.Backends[1].Connections.Select(connection => connection.ReceivedText));
    }

    [Fact]
    public async Task SendProxy_Header_CountsForNobody()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(pool: pool => pool.SendProxy = ProxyVersion.V1);
        MemoryClient client = stage.Connect();
        client.Send("hello");
        client.Finish();

        stage.AssertClosedOnly(CloseReason.Completed);
        Assert.Equal(5, stage.Status.Listeners[0].Traffic.BytesToBackend);
    }

    [Fact]
    public async Task SendProxy_ReloadTurnsItOnAndOff_CountsFromTheNextClientOn()
    {
        LoadBalancerOptions? options = null;
        await using MemoryStage stage = await MemoryStage.StartAsync(options: own => options = own);
        foreach (ProxyVersion version in (ProxyVersion[])[ProxyVersion.V1, ProxyVersion.Off])
        {
            options!.Pools["site"].SendProxy = version;
            await stage.Balancer.ApplyAsync(options);
            MemoryClient client = stage.Connect();
            client.Send("hello");

            Assert.Equal(version == ProxyVersion.V1 ? $"{Line(client)}hello" : "hello", stage.Backends[0].Connections[^1].ReceivedText);
        }
    }

    [Theory]
    [InlineData(ListenerProtocol.Udp, ProxyVersion.V1, null, "a listener for udp uses this pool; write v2")]
    [InlineData(ListenerProtocol.Udp, ProxyVersion.Off, HealthProxyHeader.Proxy, "health.proxy")]
    [InlineData(ListenerProtocol.Tcp, ProxyVersion.Off, HealthProxyHeader.Local, "health.proxy")]
    [InlineData(ListenerProtocol.Tcp, (ProxyVersion)7, null, "v1, v2")]
    public void SendProxy_WhereItCannotBe_IsRefused(ListenerProtocol protocol, ProxyVersion version, HealthProxyHeader? check, string says)
    {
        LoadBalancerBuilder builder = new LoadBalancerBuilder()
            .AddListener("web", "127.0.0.1:0", "site", listener => listener.Protocol = protocol)
            .AddPool("site", pool =>
            {
                pool.AddBackend("a", "127.0.0.1:9");
                pool.SendProxy = version;
                pool.Health = check is null ? null : new HealthOptions { Proxy = check };
            });

        var refused = Assert.Throws<LoadBalancerConfigurationException>(builder.Build);

        ConfigurationError error = Assert.Single(refused.Errors);
        Assert.Equal("pools.site.sendProxy", error.Path);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    private static string Line(MemoryClient client) =>
        string.Create(CultureInfo.InvariantCulture, $"PROXY TCP4 198.51.100.7 192.0.2.1 {client.LocalEndPoint.Port} 80\r\n");
}
