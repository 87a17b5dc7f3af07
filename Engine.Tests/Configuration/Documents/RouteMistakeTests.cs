// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.Configuration.Schema;

namespace LbEngine.Tests.Configuration.Documents;

/// <summary>Routes that are wrong: each is told with its line, and with what to write.</summary>
public class RouteMistakeTests
{
    public static TheoryData<string, string> Mistakes => new()
    {
        { "[{ sni: shop.example, pool: shp }]", "routes.0.pool: there is no pool 'shp'; did you mean shop? the pools are site, shop" },
        { "[{ sni: shop.example }]", "routes.0.pool: is required: write the name of a pool; the pools are site, shop" },
        { "[{ pool: shop }]", "routes.0: a route says which clients it takes: write sni: [shop.example], alpn: [h2], or both" },
        { "[]", "routes: must be a list such as [{ sni: [shop.example], pool: shop }], was an empty list; write one, or leave the name out" },
        { "shop", "routes: must be a list such as [{ sni: [shop.example], pool: shop }], was 'shop'" },
        { "[shop]", "routes.0: must be a mapping such as { sni: [shop.example], pool: shop }, was 'shop'" },
        { "[{ sny: a.example, pool: shop }]", "routes.0.sny: is not a known setting; did you mean sni?" },
        {
            "[{ sni: b\u00fccher.example, pool: shop }]",
            "routes.0.sni: has other letters than those of DNS, was 'b\u00fccher.example'; write it as DNS has it, such as xn--bcher-kva.example"
        },
        {
            "[{ sni: \"w*.example\", pool: shop }]",
            "routes.0.sni: a star stands for whole labels at the front, *.shop.example or **.shop.example, was 'w*.example'"
        },
        { "[{ sni: \"*\", pool: shop }]", "routes.0.sni: a star stands for whole labels at the front, *.shop.example or **.shop.example, was '*'" },
        {
            "[{ sni: \"shop.example:443\", pool: shop }]",
            "routes.0.sni: must be the name of a server such as shop.example, *.shop.example or **.shop.example, was 'shop.example:443'"
        },
        {
            "[{ sni: a.example, pool: shop }, { sni: [b.example, A.example.], pool: site }]",
            "routes: sni 'a.example' is there twice: keep one of the two"
        },
        { "[{ alpn: h2, pool: shop }, { alpn: [h3, h2], pool: site }]", "routes: alpn 'h2' is there twice: keep one of the two" },
        { "[{ alpn: \"h 2\", pool: shop }]", "routes.0.alpn: must be a protocol of ALPN such as h2 or http/1.1, was 'h 2'" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Routes_Wrong_SaysWhereAndWhatToWrite(string routes, string expected) =>
        Assert.Equal([$"line 5: listeners.web.{expected}"], Reading.Lines(Reading.ReadYaml(Document($"routes: {routes}")).Errors));

    [Fact]
    public void NoRoute_WithoutRoutes_HasNoMeaning() => Assert.Equal(
        ["line 5: listeners.web.noRoute: has no meaning without routes: write some, or remove it"],
        Reading.Lines(Reading.ReadYaml(Document("noRoute: refuse")).Errors));

    [Fact]
    public void Routes_OverUdp_HaveNoMeaning() => Assert.Equal(
        ["line 6: listeners.web.routes: has no meaning for udp: remove it"],
        Reading.Lines(Reading.ReadYaml(Document("protocol: udp\n    routes: [{ alpn: h2, pool: shop }]")).Errors));

    [Fact]
    public void Routes_PoolThatOnlyARouteUses_IsUsed() =>
        Assert.Empty(Reading.ReadYaml(Document("routes: [{ alpn: h2, pool: shop }]")).Warnings);

    [Fact]
    public void Diff_OneRouteMore_IsAllThatChanges()
    {
        LoadBalancerOptions before = Reading.ReadYaml(Document("routes: [{ sni: a.example, pool: shop }]")).Options;
        LoadBalancerOptions after = Reading.ReadYaml(Document("routes: [{ sni: a.example, pool: shop }, { sni: b.example, pool: site }]")).Options;

        ConfigurationChange change = Assert.Single(ConfigurationDiff.Compare(before, after, _ => 0));

        Assert.Equal(("listeners.web.routes.1", "sni b.example, pool site"), (change.Path, change.After));
    }

    private static string Document(string settings) => $$"""
        listeners:
          web:
            bind: 0.0.0.0:443
            pool: site
            {{settings}}
        pools:
          site: { backends: { a: { address: 10.0.0.1:443 } } }
          shop: { backends: { b: { address: 10.0.0.2:443 } } }
        """;
}
