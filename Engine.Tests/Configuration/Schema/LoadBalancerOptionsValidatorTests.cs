// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.Configuration.Schema;
using LbEngine.Scheduling;

namespace LbEngine.Tests.Configuration.Schema;

/// <summary>Mistakes of meaning: each row changes right options, and everything that is then said of them.</summary>
public class LoadBalancerOptionsValidatorTests
{
    private static readonly string[] Schedulers = [SchedulerNames.WeightedLeastConnections, SchedulerNames.SourceHash];

    public static TheoryData<string, Action<LoadBalancerOptions>, string[]> Rows => new()
    {
        { "right options", _ => { }, [] },
        { "no listener", options => options.Listeners.Clear(), ["listeners: at least one listener is needed, such as web: { bind: \"0.0.0.0:8080\", pool: site }"] },
        {
            "a listener without anything",
            options => options.Listeners["web"] = new ListenerOptions(),
            [
                "listeners.web.bind: is required: write an address and a port such as 127.0.0.1:8080, or *:8080 for every address",
                "listeners.web.pool: is required: write the name of a pool; the pools are site",
            ]
        },
        {
            "a pool that does not exist",
            options => options.Listeners["web"].Pool = "sites",
            ["listeners.web.pool: there is no pool 'sites'; did you mean site? the pools are site"]
        },
        {
            "a pool whose case differs",
            options => options.Listeners["web"].Pool = "SITE",
            ["listeners.web.pool: there is no pool 'SITE'; did you mean site? the pools are site"]
        },
        {
            "no pools at all",
            options => options.Pools.Clear(),
            ["listeners.web.pool: there is no pool 'site'; there are no pools"]
        },
        {
            "a wildcard and one address of its family on one port",
            options => options.Listeners["api"] = Listener("127.0.0.1:8080"),
            ["listeners.api.bind: 127.0.0.1:8080 overlaps with the bind of listener web; write another port or address"]
        },
        {
            "the same address twice",
            options => (options.Listeners["web"].Bind, options.Listeners["api"]) = ("[::1]:80", Listener("[0:0::1]:80")),
            ["listeners.api.bind: [::1]:80 overlaps with the bind of listener web; write another port or address"]
        },
        { "both wildcards on one port are two families", options => options.Listeners["api"] = Listener("[::]:8080"), [] },
        {
            "port 0 is another port each time",
            options => (options.Listeners["web"].Bind, options.Listeners["api"]) = ("0.0.0.0:0", Listener("0.0.0.0:0")),
            []
        },
        { "two addresses on one port", options => (options.Listeners["web"].Bind, options.Listeners["api"]) = ("127.0.0.1:80", Listener("127.0.0.2:80")), [] },
        {
            "udp and tcp on one port do not overlap",
            options => options.Listeners["dns"] = UdpListener("0.0.0.0:8080"),
            []
        },
        {
            "two listeners for udp on one port overlap like two for tcp",
            options => (options.Listeners["dns"], options.Listeners["ntp"]) = (UdpListener("127.0.0.1:53"), UdpListener("0.0.0.0:53")),
            ["listeners.ntp.bind: 0.0.0.0:53 overlaps with the bind of listener dns; write another port or address"]
        },
        {
            "settings of tcp in a listener for udp",
            options =>
            {
                options.Listeners["web"].Protocol = ListenerProtocol.Udp;
                options.Listeners["web"].WhenFull = FullBehaviour.Hold;
                options.Listeners["web"].HalfCloseTimeout = TimeSpan.FromMinutes(1);
                options.Listeners["web"].KeepAlive!.Probes = 4;
            },
            [
                "listeners.web.whenFull: has no meaning for udp: remove it",
                "listeners.web.halfCloseTimeout: has no meaning for udp: remove it",
                "listeners.web.keepAlive: has no meaning for udp: remove it",
            ]
        },
        {
            "keep-alive that is off is what udp has",
            options => (options.Listeners["web"].Protocol, options.Listeners["web"].KeepAlive) = (ListenerProtocol.Udp, null),
            []
        },
        {
            "settings of udp in a listener for tcp",
            options =>
            {
                options.Listeners["web"].UnansweredTimeout = TimeSpan.FromSeconds(10);
                (options.Listeners["web"].Requests, options.Listeners["web"].Responses, options.Listeners["web"].MaxReplyRatio) = (1, 1, 3);
            },
            [
                "listeners.web.unansweredTimeout: has no meaning for tcp: remove it, or write protocol: udp",
                "listeners.web.requests: has no meaning for tcp: remove it, or write protocol: udp",
                "listeners.web.responses: has no meaning for tcp: remove it, or write protocol: udp",
                "listeners.web.maxReplyRatio: has no meaning for tcp: remove it, or write protocol: udp",
            ]
        },
        {
            "every range of a listener for udp",
            options =>
            {
                ListenerOptions dns = options.Listeners["dns"] = UdpListener("0.0.0.0:53");
                (dns.IdleTimeout, dns.UnansweredTimeout) = (TimeSpan.FromDays(8), TimeSpan.Zero);
                (dns.Requests, dns.Responses, dns.MaxReplyRatio) = (0, -1, 1001);
            },
            [
                "listeners.dns.idleTimeout: must be from 1s to 7d, was 8d",
                "listeners.dns.requests: must be from 1 to 1000000, was 0; leave it out for unlimited",
                "listeners.dns.responses: must be from 0 to 1000000, was -1; leave it out for unlimited",
                "listeners.dns.maxReplyRatio: must be from 1 to 1000, was 1001; leave it out for unlimited",
                "listeners.dns.unansweredTimeout: must be from 1s to 7d, was 0s",
            ]
        },
        {
            "a time-out for the first reply that is as long as the other",
            options => options.Listeners["dns"] = UdpListener("0.0.0.0:53", TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(3)),
            []
        },
        {
            "a time-out for the first reply that the other would cut",
            options => options.Listeners["dns"] = UdpListener("0.0.0.0:53", TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(4)),
            ["listeners.dns.unansweredTimeout: must be at most idleTimeout, which is 3s, was 4s; write a longer idleTimeout, or less here"]
        },
        {
            "an idle time-out below the default for the first reply shortens both",
            options => options.Listeners["dns"] = UdpListener("0.0.0.0:53", TimeSpan.FromSeconds(3)),
            []
        },
        {
            "a backend of udp that is a listener for udp",
            options => (options.Listeners["dns"], options.Pools["site"].Backends["a"].Address) = (UdpListener("0.0.0.0:53"), "127.0.0.1:53"),
            ["pools.site.backends.a.address: 127.0.0.1:53 is listener dns of this engine: datagrams would go round in a loop"]
        },
        {
            "a backend of tcp that is a listener for udp is another port",
            options =>
            {
                options.Listeners["dns"] = UdpListener("0.0.0.0:53");
                options.Listeners["dns"].Pool = "resolvers";
                options.Pools["resolvers"] = new BackendPoolOptions().AddBackend("r", "10.0.0.9:53");
                options.Pools["site"].Backends["a"].Address = "127.0.0.1:53";
            },
            []
        },
        {
            "a backend of udp that is a listener for tcp is another port",
            options => (options.Listeners["web"].Pool, options.Listeners["dns"], options.Pools["other"], options.Pools["site"].Backends["a"].Address) =
                ("other", UdpListener("0.0.0.0:53"), new BackendPoolOptions().AddBackend("o", "10.0.0.9:53"), "127.0.0.1:8080"),
            []
        },
        {
            "a pool of both protocols whose backend is a listener for one of them",
            options => (options.Listeners["dns"], options.Pools["site"].Backends["a"].Address) = (UdpListener("0.0.0.0:53"), "127.0.0.1:8080"),
            ["pools.site.backends.a.address: 127.0.0.1:8080 is listener web of this engine: connections would go round in a loop"]
        },
        { "a multicast bind", options => options.Listeners["web"].Bind = "224.0.0.1:80", ["listeners.web.bind: must be an address of this machine or 0.0.0.0, was 224.0.0.1:80"] },
        { "an empty pool", options => options.Pools["site"].Backends.Clear(), ["pools.site.backends: the pool has no backend: write at least one, such as a: { address: \"10.0.0.1:80\" }"] },
        {
            "one address for two backends",
            options => options.Pools["site"].AddBackend("b", "10.0.0.1:80"),
            ["pools.site.backends.b.address: 10.0.0.1:80 is the address of backend a too; keep one of the two and give it the sum of the weights"]
        },
        { "one address in two pools", options => options.Pools["other"] = new BackendPoolOptions().AddBackend("a", "10.0.0.1:80"), [] },
        {
            "a backend that is a listener of this engine",
            options => options.Pools["site"].AddBackend("b", "127.9.9.9:8080"),
            ["pools.site.backends.b.address: 127.9.9.9:8080 is listener web of this engine: connections would go round in a loop"]
        },
        { "a loopback backend on the port of an IPv6 wildcard", options => (options.Listeners["web"].Bind, options.Pools["site"].Backends["a"].Address) = ("[::]:80", "127.0.0.1:80"), [] },
        { "a host name without a port", options => options.Pools["site"].Backends["a"].Address = "db.internal", ["pools.site.backends.a.address: lacks a port: write db.internal:80"] },
        {
            "the same host name twice",
            options => options.Pools["site"].AddBackend("x", "db.internal:80").AddBackend("y", "DB.internal:80").AddBackend("z", "db.internal:81"),
            ["pools.site.backends.y.address: db.internal:80 is the address of backend x too; keep one of the two and give it the sum of the weights"]
        },
        {
            "settings of lookups out of range",
            options => options.Pools["site"].Resolve = new ResolveOptions { Interval = TimeSpan.FromMilliseconds(999), Timeout = TimeSpan.FromMinutes(2), Family = (ResolveFamily)7 },
            [
                "pools.site.resolve.interval: must be from 1s to 1h, was 999ms",
                "pools.site.resolve.timeout: must be from 100ms to 20s, was 2m",
                "pools.site.resolve.family: must be one of any, ipv4, ipv6, was 7",
            ]
        },
        { "no settings of lookups", options => options.Pools["site"].Resolve = null!, ["pools.site.resolve: must not be null; leave it as it was for the defaults"] },
        { "a wildcard backend", options => options.Pools["site"].Backends["a"].Address = "0.0.0.0:80", ["pools.site.backends.a.address: must be the address of one machine, was 0.0.0.0:80"] },
        { "a multicast backend", options => options.Pools["site"].Backends["a"].Address = "[ff02::1]:80", ["pools.site.backends.a.address: must be the address of one machine, was [ff02::1]:80"] },
        { "a backend on port 0", options => options.Pools["site"].Backends["a"].Address = "10.0.0.1:0", ["pools.site.backends.a.address: the port must be a whole number from 1 to 65535, was '10.0.0.1:0'"] },
        {
            "a scheduler that nobody knows",
            options => options.Pools["site"].Scheduler = "source-hsh",
            ["pools.site.scheduler: there is no scheduler 'source-hsh'; did you mean source-hash? the schedulers are weighted-least-connections, source-hash"]
        },
        { "all weights 0 are allowed", options => options.Pools["site"].Backends["a"].Weight = 0, [] },
        { "a weight above its range", options => options.Pools["site"].Backends["a"].Weight = 65_536, ["pools.site.backends.a.weight: must be from 0 to 65535, was 65536"] },
        {
            "names that are no names",
            options =>
            {
                options.Pools["site"].AddBackend("", "10.0.0.2:80");
                options.Pools["site"].AddBackend("b c", "10.0.0.3:80");
                options.Pools["site"].AddBackend(new string('x', 65), "10.0.0.4:80");
                options.Pools["site"].AddBackend(".", "10.0.0.5:80").AddBackend("..", "10.0.0.6:80").AddBackend("...", "10.0.0.7:80");
            },
            [
                "pools.site.backends.\"\": a name has 1 to 64 letters, digits, dots, underscores and hyphens, was ''",
                "pools.site.backends.\"b c\": a name has 1 to 64 letters, digits, dots, underscores and hyphens, was 'b c'",
                $"pools.site.backends.{new string('x', 65)}: a name has 1 to 64 letters, digits, dots, underscores and hyphens, was '{new string('x', 65)}'",
                "pools.site.backends.\".\": a name is no dot alone, nor two of them, was '.'; write another one",
                "pools.site.backends.\"..\": a name is no dot alone, nor two of them, was '..'; write another one",
            ]
        },
        { "a name with dots is quoted in paths", options => options.Pools["site"].AddBackend("10.0.0.2", "10.0.0.2:80", -1), ["pools.site.backends.\"10.0.0.2\".weight: must be from 0 to 65535, was -1"] },
        {
            "values that are in no enumeration",
            options => (options.Transport, options.Listeners["web"].Protocol, options.Listeners["web"].WhenFull) = ((TransportKind)9, (ListenerProtocol)9, (FullBehaviour)9),
            [
                "transport: must be one of auto, linux, sockets, was 9",
                "listeners.web.protocol: must be one of tcp, udp, was 9",
                "listeners.web.whenFull: must be one of hold, refuse, was 9",
            ]
        },
        {
            "parts that are null",
            options =>
            {
                options.Drain = null!;
                options.Listeners["web"] = null!;
                options.Pools["site"].Backends["a"] = null!;
                options.Pools["other"] = null!;
            },
            [
                "drain: must not be null; leave it as it was for the defaults",
                "listeners.web: must not be null; leave it as it was for the defaults",
                "pools.site.backends.a: must not be null; leave it as it was for the defaults",
                "pools.other: must not be null; leave it as it was for the defaults",
            ]
        },
        {
            "texts that are null",
            options => (options.Listeners["web"].Bind, options.Listeners["web"].Pool, options.Pools["site"].Scheduler, options.Pools["site"].Backends["a"].Address) = (null!, null!, null!, null!),
            [
                "listeners.web.bind: is required: write an address and a port such as 127.0.0.1:8080, or *:8080 for every address",
                "listeners.web.pool: is required: write the name of a pool; the pools are site",
                "pools.site.scheduler: there is no scheduler ''; the schedulers are weighted-least-connections, source-hash",
                "pools.site.backends.a.address: is required: write an address or a host name and a port, such as 10.0.0.1:80 or db.internal:5432",
            ]
        },
        {
            "every range of the root and a listener",
            options =>
            {
                (options.Reactors, options.MaxConnections) = (1025, -1);
                options.Drain = new DrainOptions { Delay = TimeSpan.FromHours(2), Timeout = TimeSpan.FromDays(2), Spread = TimeSpan.FromTicks(-1) };
                options.Listeners["web"].IdleTimeout = TimeSpan.FromMilliseconds(999);
                options.Listeners["web"].KeepAlive = new KeepAliveOptions { Idle = TimeSpan.FromMilliseconds(1500), Interval = TimeSpan.Zero, Probes = 128 };
            },
            [
                "reactors: must be from 0 to 1024, was 1025",
                "maxConnections: must be from 0 to 4194304, was -1",
                "drain.delay: must be from 0s to 1h, was 2h",
                "drain.timeout: must be from 0s to 1d, was 2d",
                "drain.spread: must be from 0s to 1h, was -0.0001ms",
                "listeners.web.idleTimeout: must be from 1s to 7d, was 999ms",
                "listeners.web.keepAlive.idle: must be whole seconds, as the kernel counts them, was 1500ms",
                "listeners.web.keepAlive.interval: must be from 1s to 9h, was 0s",
                "listeners.web.keepAlive.probes: must be from 1 to 127, was 128",
            ]
        },
        {
            "every range of a pool",
            options =>
            {
                (options.Pools["site"].ConnectTimeout, options.Pools["site"].ConnectAttempts) = (TimeSpan.FromHours(1), 0);
                options.Pools["site"].Affinity = new AffinityOptions { Timeout = TimeSpan.FromDays(8), PrefixV4 = 33, PrefixV6 = 0, MaxEntries = 1 };
            },
            [
                "pools.site.connectTimeout: must be from 10ms to 5m, was 1h",
                "pools.site.connectAttempts: must be from 1 to 8, was 0",
                "pools.site.affinity.timeout: must be from 1s to 7d, was 8d",
                "pools.site.affinity.prefixV4: must be from 1 to 32, was 33",
                "pools.site.affinity.prefixV6: must be from 1 to 128, was 0",
                "pools.site.affinity.maxEntries: must be from 64 to 16777216, was 1",
            ]
        },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void Validate_ChangedOptions_SaysExactlyThis(string sentence, Action<LoadBalancerOptions> change, string[] expected)
    {
        LoadBalancerOptions options = Right();
        change(options);

        string[] lines = Reading.Lines(LoadBalancerOptionsValidator.Validate(options, Schedulers));

        Assert.True(expected.SequenceEqual(lines), $"{sentence}:\n{string.Join('\n', lines)}");
    }

    [Fact]
    public void Validate_WeightsThatAddUpTooHigh_SaysTheSum()
    {
        LoadBalancerOptions options = Right();
        for (int i = 0; i < 32_769; i++)
        {
            options.Pools["site"].AddBackend($"b{i}", $"10.1.{i / 256}.{i % 256}:80", 65_535);
        }

        Assert.Equal(
            ["pools.site.backends: the weights add up to 2147516416, which is above 2147483647; divide all of them by the same number"],
            Reading.Lines(LoadBalancerOptionsValidator.Validate(options, Schedulers)));
    }

    [Theory]
    [InlineData(65_535, 0)]
    [InlineData(65_536, 1)]
    public void Validate_AsManyListenersAsAKeyHolds_AcceptsNoMore(int count, int errors)
    {
        LoadBalancerOptions options = Right();
        for (int i = options.Listeners.Count; i < count; i++)
        {
            options.Listeners[$"l{i}"] = Listener("127.0.0.1:0");
        }

        string[] lines = Reading.Lines(LoadBalancerOptionsValidator.Validate(options, Schedulers));

        Assert.Equal(Enumerable.Repeat("listeners: must be at most 65535 listeners, was 65536; divide them among several engines", errors), lines);
    }

    [Fact]
    public void Validate_MoreBackendsThanASchedulerHolds_SaysHowMany()
    {
        LoadBalancerOptions options = Right();
        int added = 65_537 - options.Pools["site"].Backends.Count;
        for (int i = 0; i < added; i++)
        {
            options.Pools["site"].AddBackend($"b{i}", $"10.{1 + (i / 65_536)}.{i / 256 % 256}.{i % 256}:80");
        }

        Assert.Equal(
            ["pools.site.backends: must be at most 65536 backends, was 65537; divide them among several pools"],
            Reading.Lines(LoadBalancerOptionsValidator.Validate(options, Schedulers)));
    }

    [Fact]
    public void Validate_HostNames_CountAsManyAsTheirAddressesMayBe()
    {
        LoadBalancerOptions options = Right();
        options.Pools["site"].Backends.Clear();
        for (int i = 0; i < 1025; i++)
        {
            options.Pools["site"].AddBackend($"b{i}", $"host{i}.internal:80", 65_535);
        }

        Assert.Equal(
            [
                "pools.site.backends: must be at most 65536 backends, was 65600 (a host name counts as 64, the most addresses that it may have); divide them among several pools",
                "pools.site.backends: the weights add up to 4299096000 (a host name counts as 64, the most addresses that it may have), which is above 2147483647; divide all of them by the same number",
            ],
            Reading.Lines(LoadBalancerOptionsValidator.Validate(options, Schedulers)));
    }

    [Fact]
    public void FindWarnings_DoubtfulOptions_NamesEach()
    {
        LoadBalancerOptions options = Right();
        (options.MaxConnections, options.Listeners["web"].MaxConnections) = (10, 11);
        options.Pools["site"].Backends["a"].Weight = 0;
        options.Pools["spare"] = new BackendPoolOptions().AddBackend("a", "10.0.0.9:80");
        options.Listeners["log"] = UdpListener("0.0.0.0:514");
        options.Listeners["log"].Requests = 1;
        options.Listeners["dns"] = UdpListener("0.0.0.0:53");
        (options.Listeners["dns"].Requests, options.Listeners["dns"].Responses) = (1, 1);

        Assert.Equal(
            [
                "listeners.web.maxConnections: 11 is never reached: maxConnections of the engine is 10",
                "listeners.log.requests: without responses, each flow stays until a time-out (10s, once answered 1m): write responses, or these time-outs as short as the service allows",
                "pools.site.backends: every weight is 0: no new connection is taken",
                "pools.spare: no listener uses this pool",
            ],
            Reading.Lines(LoadBalancerOptionsValidator.FindWarnings(options)));
    }

    private static LoadBalancerOptions Right()
    {
        var options = new LoadBalancerOptions();
        options.Listeners["web"] = Listener("0.0.0.0:8080");
        options.Pools["site"] = new BackendPoolOptions().AddBackend("a", "10.0.0.1:80");
        return options;
    }

    private static ListenerOptions UdpListener(string bind, TimeSpan? idle = null, TimeSpan? unanswered = null) =>
        new() { Bind = bind, Pool = "site", Protocol = ListenerProtocol.Udp, IdleTimeout = idle, UnansweredTimeout = unanswered };

    private static ListenerOptions Listener(string bind) => new() { Bind = bind, Pool = "site" };
}
