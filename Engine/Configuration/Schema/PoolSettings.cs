// SPDX-License-Identifier: MIT
using LbEngine.Configuration.Schema.Rows;
using LbEngine.Configuration.Text;

namespace LbEngine.Configuration.Schema;

/// <summary>The settings of one pool.</summary>
internal sealed class PoolSettings : SettingTable<BackendPoolOptions>
{
    private const string PassiveExample = "{ failures: 3, ejection: 5s, maxEjectedPercent: 50 }";

    private PoolSettings()
        : base("pool", "A group of backends with one scheduler, one affinity rule and one health check.")
    {
        Example = """
            pools:
              site:
                scheduler: weighted-least-connections
                affinity: { timeout: 5m }
                health: { type: http, path: /healthz }
                slowStart: 30s
                backends:
                  a: { address: 10.0.0.1:80, weight: 3 }
                  b: { address: 10.0.0.2:80 }
            """;

        Text("scheduler", o => o.Scheduler, (o, v) => o.Scheduler = v, TextForms.SchedulerName)
            .Check(PoolRules.CheckScheduler)
            .For("choose how clients are spread over backends")
            .Means("Who gets the next client: one of the schedulers below, or your own.")
            .Noting(
                "`weighted-least-connections`, `smooth-weighted-round-robin`, `power-of-two-choices` (for many balancers before one pool), "
                + "`source-hash` (the client address decides, the same on every balancer).");
        Duration("connectTimeout", o => o.ConnectTimeout, (o, v) => o.ConnectTimeout = v, "10ms", "5m")
            .Means("How long a backend may take to accept a connection; then the next one is tried.")
            .Noting("A client may wait this long `connectAttempts` times.");
        Number("connectAttempts", o => o.ConnectAttempts, (o, v) => o.ConnectAttempts = v, 1, 8)
            .Means("Distinct backends tried before a client is turned away.");
        Duration("connectRetry", o => o.ConnectRetry, (o, v) => o.ConnectRetry = v, "0s", "1m")
            .For("wait for the only backend while it restarts")
            .Means("TCP: how long to wait before the backends are tried again, when all of them have failed a client; 0s: not at all.")
            .Noting("Again and again until `connectTimeout` has passed since the client was placed. The client waits meanwhile, with what it has sent.");
        Word<ProxyVersion>("sendProxy", o => o.SendProxy, (o, v) => o.SendProxy = v)
            .Check(PoolRules.CheckSendProxy)
            .For("tell backends the client's address")
            .Means("The PROXY header that backends get first, with the client's address: version 1 (text, TCP) or 2 (binary).")
            .Noting(
                "Over UDP each datagram begins with it. A backend that does not expect it takes it for a request. "
                + "Health checks send one, too, which says that they are nobody's.");
        Texts("proxyTlvs", o => o.ProxyTlvs, TextForms.ProxyField, ProxyFieldText.Words.Count)
            .Check(PoolRules.CheckProxyTlvs)
            .For("tell backends which server a client has named, and more")
            .Means("What a PROXY header of version 2 tells besides addresses, in its fields.")
            .Noting(
                "`authority`: the server's name, of the client's TLS hello where the listener has `routes`, else as a header in front tells it. `alpn`, "
                + "`ssl`, `other`: as that one tells it. `unique-id`: its own, or one made here that ends with the connection's id. `crc32c`: a checksum.");
        Word<ClientAddressMode>("clientAddress", o => o.ClientAddress, (o, v) => o.ClientAddress = v)
            .Check(PoolRules.CheckClientAddress)
            .For("let backends see the client's own address without a header")
            .Means("Whose address backends see: this host's (`balancer`), or the client's own (`transparent`). Linux.")
            .Noting("`transparent` takes CAP_NET_ADMIN, and routes by which the answers come back through this host.");
        Texts("source", o => o.Source, TextForms.SourceAddress, ConfigurationLimits.MostSources)
            .Check(PoolRules.CheckSource)
            .For("have more connections to one backend than one address has ports")
            .Means("Addresses of this host from which the backends are connected to, in turn.")
            .Noting(
                "Where one has no port left the next is tried, then the next backend. A backend of the other family is connected to from whatever the "
                + "system takes. Health checks come from these addresses, too.");
        Section("affinity", o => o.Affinity, (o, v) => o.Affinity = v, AffinitySettings.Table, "{ timeout: 5m }", SectionWords.Off)
            .For("send a client to the backend that it met before")
            .Means("The same client address meets the same backend.");
        Duration("slowStart", o => o.SlowStart, (o, v) => o.SlowStart = v, new DurationForm(DurationRange.Parse("0s", "1h"), off: TimeSpan.Zero))
            .For("give a new backend its share step by step")
            .Means("A new or recovered backend gets its share step by step over this time; 0s: at once.")
            .Noting(
                "Without it, least connections gives an empty backend every new client until it has as many as the others. "
                + "Its weight is raised in 20 steps, for every scheduler.");
        Word<AllDownBehaviour>("whenAllDown", o => o.WhenAllDown, (o, v) => o.WhenAllDown = v)
            .Means("Without a healthy backend use all of them (`serve`), or turn clients away (`refuse`).")
            .Noting("`serve`, since the checks may be what is wrong, and a client loses nothing by trying.");
        Word<DownBehaviour>("onDown", o => o.OnDown, (o, v) => o.OnDown = v)
            .Means("Connections of a backend that goes down go on (`keep`), or are reset (`reset`).");
        Section("health", o => o.Health, (o, v) => o.Health = v, HealthSettings.Table, "{ type: tcp, interval: 5s }", SectionWords.Off)
            .For("take out backends that do not answer")
            .Means("Active checks: each backend is probed again and again, and takes no new traffic while it fails.");
        Section(
            "passive", o => o.Passive, (o, v) => o.Passive = v, PassiveSettings.Table, PassiveExample, SectionWords.OnAndOff)
            .For("leave out backends whose live traffic fails")
            .Means("Leaves out a backend whose live traffic fails, whatever probes say.");
        Section("resolve", o => o.Resolve, (o, v) => o.Resolve = v!, ResolveSettings.Table, "{ interval: 10s, timeout: 5s }")
            .For("follow a backend's host name as its addresses change")
            .Means("How host names among the backends are looked up.");
        Named(
            "backends", o => o.Backends, BackendSettings.Table, "{ address: \"10.0.0.1:80\", weight: 1 }",
            backend => $"{backend.Address} weight {backend.Weight}")
            .Required("write at least one backend")
            .Check(PoolRules.CheckBackends)
            .Means("Backends by name; at least one.");
    }

    public static PoolSettings Table { get; } = new();
}
