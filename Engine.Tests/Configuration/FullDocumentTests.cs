// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.ConsoleHost.Configuration;

namespace LbEngine.Tests.Configuration;

/// <summary>One document with every setting, in both languages.</summary>
public class FullDocumentTests
{
    internal const string Yaml = """
        transport: auto                   # auto | linux | sockets
        reactors: 0                       # 0 = one per core
        maxConnections: 0
        admin: { bind: "unix:lb.sock" }
        drain: { delay: 5s, timeout: 300s, spread: 30s }
        listeners:
          web:
            bind: 0.0.0.0:8080            # or [::]:8080
            bindMissing: refuse
            protocol: tcp                 # tcp (default) | udp
            pool: site
            maxConnections: 0             # 0 = no limit of its own
            maxConnectionsPerClient: 0    # 0 = no limit
            clientPrefixV4: 24
            clientPrefixV6: 56
            allow: [10.0.0.0/8, "2001:db8::/32"]
            deny: [10.1.0.0/16, 10.0.0.7]
            rate: { perClient: 10/s, burst: 20, prefixV4: 24, prefixV6: 48, total: 600/m, totalBurst: 30, over: drop }
            whenFull: refuse
            idleTimeout: 15m
            halfCloseTimeout: 60s
            inspectTimeout: 5s
            maxInspecting: 5000
            keepAlive: { idle: 60s, interval: 10s, probes: 3 }
          dns: { bind: 0.0.0.0:8080, protocol: udp, pool: site, maxConnectionsPerClient: 100, idleTimeout: 30s,
                 unansweredTimeout: 5s, requests: 1, responses: 2, maxReplyRatio: 3 }
        pools:
          site:
            scheduler: weighted-least-connections
            affinity: { timeout: 5m, prefixV4: 32, prefixV6: 128, maxEntries: 1048576 }
            connectTimeout: 5s
            connectAttempts: 3            # distinct backends
            slowStart: 30s
            whenAllDown: refuse
            onDown: reset
            passive: { failures: 4, ejection: 10s, maxEjectedPercent: 30 }
            health: { type: http, method: HEAD, path: /healthz, host: example.org, expectStatus: "200-299,304", port: 8081, interval: 6s, timeout: 3s,
                      rise: 4, fall: 5, fastInterval: 2s, tls: true, verifyTls: false }
            resolve: { interval: 20s, timeout: 2s, family: ipv6 }
            backends:
              a: { address: 10.0.0.1:80, weight: 60 }
              b: { address: 10.0.0.2:80, weight: 30, maxConnections: 1000 }
              c: { address: db.internal:5432 }
        """;

    internal const string Json = """
        {
          // the same as the YAML document
          "transport": "auto", "reactors": 0, "maxConnections": "0",
          "admin": { "bind": "unix:lb.sock" },
          "drain": { "delay": "5s", "timeout": "300s", "spread": "30s" },
          "listeners": {
            "web": {
              "bind": "0.0.0.0:8080", "bindMissing": "refuse", "protocol": "tcp", "pool": "site",
              "maxConnections": 0, "maxConnectionsPerClient": 0, "clientPrefixV4": 24, "clientPrefixV6": "56", "whenFull": "refuse",
              "allow": ["10.0.0.0/8", "2001:db8::/32"], "deny": ["10.1.0.0/16", "10.0.0.7"],
              "rate": { "perClient": "10/s", "burst": 20, "prefixV4": "24", "prefixV6": 48, "total": "600/m", "totalBurst": 30, "over": "drop" },
              "idleTimeout": "15m", "halfCloseTimeout": "60s", "inspectTimeout": "5s", "maxInspecting": 5000,
              "keepAlive": { "idle": "60s", "interval": "10s", "probes": 3 },
            },
            "dns": {
              "bind": "0.0.0.0:8080", "protocol": "udp", "pool": "site", "maxConnectionsPerClient": 100, "idleTimeout": "30s",
              "unansweredTimeout": "5s", "requests": 1, "responses": "2", "maxReplyRatio": 3
            }
          },
          "pools": {
            "site": {
              "scheduler": "weighted-least-connections",
              "affinity": { "timeout": "5m", "prefixV4": 32, "prefixV6": "128", "maxEntries": 1048576 },
              "connectTimeout": "5s", "connectAttempts": 3, "slowStart": "30s", "whenAllDown": "refuse", "onDown": "reset",
              "passive": { "failures": 4, "ejection": "10s", "maxEjectedPercent": "30" },
              "health": { "type": "http", "method": "HEAD", "path": "/healthz", "host": "example.org", "expectStatus": "200-299,304", "port": 8081,
                          "interval": "6s", "timeout": "3s", "rise": 4, "fall": 5, "fastInterval": "2s", "tls": true, "verifyTls": "false" },
              "resolve": { "interval": "20s", "timeout": "2s", "family": "ipv6" },
              "backends": {
                "a": { "address": "10.0.0.1:80", "weight": 60 },
                "b": { "address": "10.0.0.2:80", "weight": 30, "maxConnections": 1000 },
                "c": { "address": "db.internal:5432" }
              }
            }
          }
        }
        """;

    [Fact]
    public void Read_EverySettingInYaml_IsTakenWithoutAWarning()
    {
        LoadBalancerOptionsReadResult result = Reading.ReadYaml(Yaml);

        Assert.Empty(Reading.Lines(result.Errors));
        Assert.Empty(Reading.Lines(result.Warnings));
    }

    [Fact]
    public void Read_EverySettingInJson_IsTakenWithoutAWarning()
    {
        LoadBalancerOptionsReadResult result = Reading.ReadJson(Json);

        Assert.Empty(Reading.Lines(result.Errors));
        Assert.Empty(Reading.Lines(result.Warnings));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Read_EverySetting_ArrivesInTheOptions(bool yaml)
    {
        LoadBalancerOptionsReadResult result = yaml ? Reading.ReadYaml(Yaml) : Reading.ReadJson(Json);
        LoadBalancerOptions options = result.GetOptionsOrThrow();

        Assert.Equal(["dns", "web"], options.Listeners.Keys.Order());
        ListenerOptions web = options.Listeners["web"];
        Assert.Equal(("0.0.0.0:8080", ListenerProtocol.Tcp, "site", FullBehaviour.Refuse), (web.Bind, web.Protocol, web.Pool, web.WhenFull!.Value));
        Assert.Equal((TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(1)), (web.IdleTimeout, web.HalfCloseTimeout));
        Assert.Equal((TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(10), 3), (web.KeepAlive!.Idle, web.KeepAlive.Interval, web.KeepAlive.Probes));
        Assert.Equal((MissingAddressBehaviour.Refuse, 24, 56), (web.BindMissing, web.ClientPrefixV4, web.ClientPrefixV6));
        Assert.Equal(["10.0.0.0/8", "2001:db8::/32", "10.1.0.0/16", "10.0.0.7"], web.Allow.Concat(web.Deny));
        Assert.Equal(("10/s", 20, 24, 48), (web.Rate!.PerClient, web.Rate.Burst, web.Rate.PrefixV4, web.Rate.PrefixV6));
        Assert.Equal(("600/m", 30, OverRateBehaviour.Drop), (web.Rate.Total, web.Rate.TotalBurst, web.Rate.Over));
        ListenerOptions dns = options.Listeners["dns"];
        Assert.Equal(("0.0.0.0:8080", ListenerProtocol.Udp, "site", 100), (dns.Bind, dns.Protocol, dns.Pool, dns.MaxConnectionsPerClient));
        Assert.Equal((TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(5)), (dns.IdleTimeout, dns.UnansweredTimeout));
        Assert.Equal((1, 2, 3), (dns.Requests, dns.Responses, dns.MaxReplyRatio));
        BackendPoolOptions site = options.Pools["site"];
        Assert.Equal((TimeSpan.FromMinutes(5), 32, 128, 1_048_576), (site.Affinity!.Timeout, site.Affinity.PrefixV4, site.Affinity.PrefixV6, site.Affinity.MaxEntries));
        Assert.Equal((TimeSpan.FromSeconds(5), 3), (site.ConnectTimeout, site.ConnectAttempts));
        Assert.Equal(("10.0.0.1:80", 60, 0), (site.Backends["a"].Address, site.Backends["a"].Weight, site.Backends["a"].MaxConnections));
        Assert.Equal(("10.0.0.2:80", 30, 1000), (site.Backends["b"].Address, site.Backends["b"].Weight, site.Backends["b"].MaxConnections));
        Assert.Equal("db.internal:5432", site.Backends["c"].Address);
        Assert.Equal((TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(2), ResolveFamily.Ipv6), (site.Resolve.Interval, site.Resolve.Timeout, site.Resolve.Family));
        Assert.Equal(("unix:lb.sock", ""), (result.GetSection(LbSections.Admin)!.Bind, result.GetSection(LbSections.Admin)!.Token));
        Assert.Equal((TimeSpan.FromSeconds(30), AllDownBehaviour.Refuse, DownBehaviour.Reset), (site.SlowStart, site.WhenAllDown, site.OnDown));
        Assert.Equal((4, TimeSpan.FromSeconds(10), 30), (site.Passive!.Failures, site.Passive.Ejection, site.Passive.MaxEjectedPercent));
        HealthOptions health = site.Health!;
        Assert.Equal((HealthCheckType.Http, "HEAD", "/healthz", "example.org", "200-299,304", 8081), (health.Type, health.Method, health.Path, health.Host, health.ExpectStatus, health.Port));
        Assert.Equal((TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(2), 4, 5), (health.Interval, health.Timeout, health.FastInterval, health.Rise, health.Fall));
        Assert.Equal((true, false, null, null, null), (health.Tls, health.VerifyTls, health.Send, health.Expect, health.ExpectBody));
        Assert.Equal((TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(300), TimeSpan.FromSeconds(30)), (options.Drain.Delay, options.Drain.Timeout, options.Drain.Spread));
    }

    [Fact]
    public void Read_OnlyWhatIsRequired_LeavesEveryDefault()
    {
        LoadBalancerOptions options = Reading.ReadYaml("""
            LoadBalancer:
              listeners: { web: { bind: "[::1]:0", pool: site, keepAlive: off }, dns: { bind: "[::1]:0", protocol: udp, pool: site } }
              pools: { site: { affinity: {}, backends: { a: { address: "[2001:db8::1]:80" } } } }
            """).GetOptionsOrThrow();

        Assert.Null(options.Listeners["web"].KeepAlive);
        Assert.Equal(TimeSpan.FromMinutes(5), options.Pools["site"].Affinity!.Timeout);
        Assert.Equal(1, options.Pools["site"].Backends["a"].Weight);
        Assert.Equal((null, TimeSpan.Zero), (options.Pools["site"].Health, options.Pools["site"].SlowStart));
        Assert.Equal((TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(5), ResolveFamily.Any), (options.Pools["site"].Resolve.Interval, options.Pools["site"].Resolve.Timeout, options.Pools["site"].Resolve.Family));
        Assert.Equal((AllDownBehaviour.Serve, DownBehaviour.Keep), (options.Pools["site"].WhenAllDown, options.Pools["site"].OnDown));
        Assert.Equal((3, TimeSpan.FromSeconds(5), 50), (options.Pools["site"].Passive!.Failures, options.Pools["site"].Passive!.Ejection, options.Pools["site"].Passive!.MaxEjectedPercent));
        Assert.Equal(TimeSpan.FromMinutes(15), options.Listeners["web"].IdleTimeoutOrDefault);
        Assert.Equal(TimeSpan.FromSeconds(60), options.Listeners["dns"].IdleTimeoutOrDefault);
        Assert.Equal((null, null, null), (options.Listeners["dns"].Requests, options.Listeners["dns"].Responses, options.Listeners["dns"].MaxReplyRatio));
    }
}
