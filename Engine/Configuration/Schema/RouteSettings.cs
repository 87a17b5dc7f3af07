// SPDX-License-Identifier: MIT
using LbEngine.Configuration.Schema.Rows;

namespace LbEngine.Configuration.Schema;

/// <summary>The settings of one route.</summary>
internal sealed class RouteSettings : SettingTable<RouteOptions>
{
    private const int MostProtocols = 100;

    private RouteSettings()
        : base("route", "Clients that go to a pool of their own, by what they name before anything is encrypted. Nothing is decrypted.")
    {
        Example = """
            routes:
              - { sni: [shop.example, "*.shop.example"], pool: shop }
              - { alpn: h2, pool: site }
            """;

        Texts("sni", o => o.Sni, TextForms.ServerName, ConfigurationLimits.MostRoutes)
            .Check(RouteRules.CheckAny)
            .Means("Names of servers. `*.shop.example`: one label more, `**.shop.example`: any number of labels more.")
            .Noting(
                "Case does not count. Names of other scripts stand as DNS has them (`xn--`). The exact name goes before every wildcard, a longer wildcard "
                + "before a shorter one, and a name before a protocol alone; at the same name a route with `alpn` goes before one without. In YAML put "
                + "quotes around a name that begins with a star.");
        Texts("alpn", o => o.Alpn, TextForms.ApplicationProtocol, MostProtocols)
            .Means("Protocols of which the client offers one, such as `h2`; with `sni` both have to fit.");
        Text("pool", o => o.Pool, (o, v) => o.Pool = v, TextForms.PoolName)
            .Required(ListenerRules.NameAPool)
            .Check(RouteRules.CheckPool)
            .Means("The pool that takes them.");
    }

    public static RouteSettings Table { get; } = new();
}
