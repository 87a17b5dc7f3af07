// SPDX-License-Identifier: MIT
using LbEngine.Configuration;

namespace LbEngine.Tests.Configuration.Documents;

/// <summary>What a document says once for all listeners, pools and health checks.</summary>
public class DefaultsTests
{
    private const string Rest = "listeners: { web: { bind: \"*:80\", pool: site }, dns: { bind: \"*:53\", protocol: udp, pool: site, idleTimeout: 5s } }\n"
        + "pools: { site: { HEALTH backends: { a: { address: 10.0.0.1:80 } } }, more: { connectTimeout: 1s, backends: { a: { address: 10.0.0.1:80 } } } }\n";

    [Fact]
    public void Read_DefaultsOfListeners_HoldWhereNothingElseIsSaidAndWhereTheyHaveAMeaning()
    {
        LoadBalancerOptions options = Right(
            "defaults: { listeners: { idleTimeout: 1h, halfCloseTimeout: 9s, responses: 1, keepAlive: { idle: 30s }, maxConnectionsPerClient: 7 } }\n");

        ListenerOptions web = options.Listeners["web"];
        ListenerOptions dns = options.Listeners["dns"];
        Assert.Equal(
            (TimeSpan.FromHours(1), TimeSpan.FromSeconds(9), null, 7),
            (web.IdleTimeout, web.HalfCloseTimeout, web.Responses, web.MaxConnectionsPerClient));
        Assert.Equal((TimeSpan.FromSeconds(5), null, 1, 7), (dns.IdleTimeout, dns.HalfCloseTimeout, dns.Responses, dns.MaxConnectionsPerClient));
        Assert.Equal((TimeSpan.FromSeconds(30), new KeepAliveOptions().Interval), (web.KeepAlive!.Idle, web.KeepAlive.Interval));
    }

    [Fact]
    public void Read_DefaultsOfPools_AreMergedSettingBySetting()
    {
        LoadBalancerOptions options = Right(
            "defaults: { pools: { connectTimeout: 2s, affinity: { timeout: 1m, prefixV4: 24 }, passive: { failures: 9 }, scheduler: source-hash } }\n",
            "affinity: { timeout: 5m }, passive: off,");

        BackendPoolOptions site = options.Pools["site"];
        BackendPoolOptions more = options.Pools["more"];
        Assert.Equal((TimeSpan.FromMinutes(5), 24, null), (site.Affinity!.Timeout, site.Affinity.PrefixV4, site.Passive));
        Assert.Equal((TimeSpan.FromMinutes(1), 24, 9), (more.Affinity!.Timeout, more.Affinity.PrefixV4, more.Passive!.Failures));
        Assert.Equal((TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1), "source-hash"), (site.ConnectTimeout, more.ConnectTimeout, more.Scheduler));
    }

    [Fact]
    public void Read_DefaultsOfHealth_GiveNoPoolACheckThatHasNone()
    {
        LoadBalancerOptions options = Right("defaults: { health: { interval: 9s, path: /up } }\n", "health: { type: http, fall: 2 },");

        HealthOptions health = options.Pools["site"].Health!;
        Assert.Equal((TimeSpan.FromSeconds(9), 2, "/up"), (health.Interval, health.Fall, health.PathOrDefault));
        Assert.Null(options.Pools["more"].Health);
    }

    [Fact]
    public void Read_HealthCheckOfAllPools_IsTakenWholeOrMergedOrOff()
    {
        const string Defaults = "defaults: { health: { interval: 9s }, pools: { health: { type: http, path: /up } } }\n";

        Assert.Equal(
            (HealthCheckType.Http, "/up", TimeSpan.FromSeconds(9)),
            Right(Defaults).Pools["site"].Health is HealthOptions whole ? (whole.Type, whole.PathOrDefault, whole.Interval) : default);
        Assert.Equal(
            (HealthCheckType.Tcp, null, TimeSpan.FromSeconds(4)),
            Right(Defaults, "health: { type: tcp, interval: 4s },").Pools["site"].Health is HealthOptions merged
                ? (merged.Type, merged.Path, merged.Interval)
                : default);
        Assert.Null(Right(Defaults, "health: off,").Pools["site"].Health);
    }

    [Theory]
    [InlineData("{ listners: {} }", "line 1: defaults.listners: is not a known setting; did you mean listeners?")]
    [InlineData("{ listeners: { idleTimout: 1h } }", "line 1: defaults.listeners.idleTimout: is not a known setting; did you mean idleTimeout?")]
    [InlineData("{ listeners: { bind: \"*:80\" } }", "line 1: defaults.listeners.bind: has no default: each listener section says it itself")]
    [InlineData("{ listeners: { protocol: udp } }", "line 1: defaults.listeners.protocol: has no default: each listener section says it itself")]
    [InlineData("{ pools: { backends: {} } }", "line 1: defaults.pools.backends: has no default: each pool section says it itself")]
    [InlineData("{ health: { type: tcp } }", "line 1: defaults.health.type: has no default: each health section says it itself")]
    [InlineData("{ pools: { health: { path: /x } } }", "line 1: defaults.pools.health.type: is required: write tcp, http or udp")]
    [InlineData("{ listeners: 5 }", "line 1: defaults.listeners: must be a mapping of settings for all listener sections, was '5'")]
    [InlineData("5", "line 1: defaults: must be a mapping such as { listeners: { idleTimeout: 30m } }, was '5'")]
    [InlineData("{ listeners: { maxConnections: many } }", "line 1: defaults.listeners.maxConnections: must be a whole number from 0 to 4194304, was 'many'")]
    [InlineData("{ listeners: { maxConnections: -1 } }", "line 1: defaults.listeners.maxConnections: must be from 0 to 4194304, was -1")]
    [InlineData("{ pools: { passive: { failures: 0 } } }", "line 1: defaults.pools.passive.failures: must be from 1 to 1000, was 0")]
    public void Read_WrongDefaults_AreToldOnceWhereTheyStand(string defaults, string expected)
    {
        string[] lines = Reading.Lines(Reading.ReadYaml($"defaults: {defaults}\n{Rest.Replace("HEALTH", "", StringComparison.Ordinal)}").Errors);

        Assert.True(lines is [string line] && line.StartsWith(expected, StringComparison.Ordinal), string.Join('\n', lines));
    }

    [Fact]
    public void Read_DefaultsInJsonAndSections_MeanTheSame()
    {
        const string Json = """
            { "defaults": { "listeners": { "idleTimeout": "1h" } }, "x-mine": [1],
              "listeners": { "web": { "bind": 80, "pool": "p" } }, "pools": { "p": { "backends": { "a": { "address": "h:80" } } } } }
            """;
        LoadBalancerOptionsReadResult result = Reading.ReadJson(Json);

        Assert.Empty(Reading.Lines(result.Errors));
        Assert.Equal((TimeSpan.FromHours(1), "80"), (result.Options.Listeners["web"].IdleTimeout, result.Options.Listeners["web"].Bind));
        Assert.Contains("idleTimeout: 1h", LoadBalancerOptionsWriter.ToYaml(result.Options), StringComparison.Ordinal);
    }

    private static LoadBalancerOptions Right(string defaults, string health = "")
    {
        LoadBalancerOptionsReadResult result = Reading.ReadYaml(defaults + Rest.Replace("HEALTH", health, StringComparison.Ordinal));
        Assert.Empty(Reading.Lines(result.Errors));
        return result.Options;
    }
}
