// SPDX-License-Identifier: MIT
using LbEngine.Configuration;

namespace LbEngine.Tests.Configuration.Documents;

/// <summary>Source addresses and client addresses that are wrong: each is told with its line, and with what to write.</summary>
public class SourceMistakeTests
{
    private const string Expected = "an address of this host such as 10.0.0.5 or 2001:db8::5";

    public static TheoryData<string, string> Mistakes => new()
    {
        { "source: 10.0.0.5:80", $"source: must be {Expected}, without a port, was '10.0.0.5:80'" },
        { "source: eth0", $"source: must be {Expected}, without a port, was 'eth0'" },
        { "source: 10.1", $"source: must be {Expected}, without a port, was '10.1'" },
        { "source: \"[2001:db8::5]\"", $"source: must be {Expected}, without a port, was '[2001:db8::5]'" },
        { "source: 10.0.0.0/24", $"source: must be {Expected}, without a port, was '10.0.0.0/24'" },
        { "source: 0.0.0.0", $"source: must be {Expected}, was 0.0.0.0, which is all of them: leave it out to let the system choose" },
        { "source: \"::\"", $"source: must be {Expected}, was ::, which is all of them: leave it out to let the system choose" },
        { "source: 224.0.0.1", "source: must be the address of one machine, was 224.0.0.1" },
        { "source: 255.255.255.255", "source: must be the address of one machine, was 255.255.255.255" },
        { "source: \"ff02::1\"", "source: must be the address of one machine, was ff02::1" },
        { "source: \"fe80::1\"", "source: must be an address that does not need the name of an interface, such as 2001:db8::5, was fe80::1" },
        { "source: [10.0.0.5, 10.0.0.6, 10.0.0.5]", "source: 10.0.0.5 is there twice: keep it once" },
        { "source: [10.0.0.5, \"::ffff:10.0.0.5\"]", "source: 10.0.0.5 is there twice: keep it once" },
        { "source: []", $"source: must be a list, each of it {Expected}, was an empty list; write at least one, or leave the name out" },
        { "proxyTlvs: authority", "proxyTlvs: takes sendProxy: v2, whose header alone has fields; write that, or remove proxyTlvs" },
        {
            "proxyTlvs: [sni]",
            "proxyTlvs: must be one of authority, alpn, ssl, unique-id, crc32c, other, was 'sni'"
        },
        { "clientAddress: client", "clientAddress: must be one of balancer, transparent, was 'client'" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Source_Wrong_SaysWhereAndWhatToWrite(string setting, string expected) =>
        Assert.Equal([$"line 5: pools.site.{expected}"], Reading.Lines(Reading.ReadYaml(Document(setting)).Errors));

    [Fact]
    public void Transparent_WithSource_LeavesSourceWithoutAMeaning() => Assert.Equal(
        ["line 5: pools.site.clientAddress: transparent leaves source without a meaning: remove one of the two"],
        Reading.Lines(Reading.ReadYaml(Document("clientAddress: transparent\n    source: 10.0.0.5")).Errors));

    [Fact]
    public void Transparent_OneWayListener_SaysWhatToChange() => Assert.Equal(
        ["line 5: pools.site.clientAddress: transparent needs a socket for each client, and a listener with responses: 0 has one for all: remove responses there, "
            + "or give it a pool of its own"],
        Reading.Lines(Reading.ReadYaml(Document("clientAddress: transparent", "protocol: udp, responses: 0, ")).Errors));

    [Theory]
    [InlineData("sendProxy: v1", "takes sendProxy: v2, whose header alone has fields; write that, or remove proxyTlvs", "alpn")]
    [InlineData("sendProxy: v2", "'alpn' is there twice: keep it once", "alpn, ssl, alpn")]
    public void ProxyTlvs_Wrong_SaysWhatToWrite(string other, string expected, string words) => Assert.Equal(
        [$"line 5: pools.site.proxyTlvs: {expected}"],
        Reading.Lines(Reading.ReadYaml(Document($"proxyTlvs: [{words}]\n    {other}")).Errors));

    [Fact]
    public void SendProxy_V1WithACheckOverUdp_SaysWhatToChange() => Assert.Equal(
        ["line 5: pools.site.sendProxy: v1 leaves health.proxy without a meaning for a check of type udp; remove that, or write v2 here"],
        Reading.Lines(Reading.ReadYaml(Document("sendProxy: v1\n    health: { type: udp, proxy: local }")).Errors));

    [Fact]
    public void ProxyTlvs_UdpListener_SaysWhatToChange() => Assert.Equal(
        ["line 5: pools.site.proxyTlvs: works over tcp alone, and a listener for udp uses this pool; remove it, or give that listener a pool of its own"],
        Reading.Lines(Reading.ReadYaml(Document("proxyTlvs: alpn\n    sendProxy: v2", "protocol: udp, ")).Errors));

    [Fact]
    public void Source_AddressOrList_IsRead()
    {
        Assert.Equal(["10.0.0.5"], Pool("source: 10.0.0.5").Source);
        Assert.Equal(["10.0.0.5", "2001:db8::5"], Pool("source: [10.0.0.5, \"2001:db8::5\"]").Source);
        Assert.Equal(ClientAddressMode.Transparent, Pool("clientAddress: transparent").ClientAddress);
    }

    private static BackendPoolOptions Pool(string setting)
    {
        LoadBalancerOptionsReadResult result = Reading.ReadYaml(Document(setting));
        Assert.Empty(result.Errors);
        return result.Options!.Pools["site"];
    }

    private static string Document(string setting, string listener = "") => $$"""
        listeners:
          web: { {{listener}}bind: "127.0.0.1:8080", pool: site }
        pools:
          site:
            {{setting}}
            backends:
              a: { address: "127.0.0.1:9001" }
        """;
}
