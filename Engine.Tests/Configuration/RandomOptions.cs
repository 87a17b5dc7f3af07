// SPDX-License-Identifier: MIT
using FsCheck;
using FsCheck.Fluent;
using LbEngine.Configuration;
using LbEngine.Scheduling;

namespace LbEngine.Tests.Configuration;

/// <summary>Right options, each setting at its default or at another value, each group left out or filled.</summary>
internal sealed class RandomOptions
{
    private static readonly string[] Payloads =
    [
        "PING", "hex:0d0a", "two words", "\"quoted\" \\ back", "line\nbreak\ttab\r", "true", "null", "0x1F", "1e5", "- a: b #c",
        "caf\u00e9 \u2028 \ud83d\ude00", "~", "[x]", "a: b", "12:30", " ",
    ];

    private readonly Random _random;

    private RandomOptions(int seed) => _random = new Random(seed);

    public static Arbitrary<LoadBalancerOptions> Arbitrary() =>
        Gen.Choose(0, int.MaxValue).Select(seed => new RandomOptions(seed).Create()).ToArbitrary();

    private LoadBalancerOptions Create()
    {
        var options = new LoadBalancerOptions();
        Maybe(() => options.Transport = TransportKind.Sockets);
        Maybe(() => options.Reactors = _random.Next(1025));
        Maybe(() => options.MaxConnections = _random.Next(100_000));
        Maybe(() => options.Drain = new DrainOptions { Delay = Time(0, 3_600_000), Timeout = Time(0, 86_400_000), Spread = Time(0, 3_600_000) });
        string[] pools = [.. Names(3)];
        Array.ForEach(pools, name => options.Pools.Add(name, Pool()));
        int port = 1000;
        foreach (string name in Names(4))
        {
            options.Listeners.Add(name, Listener(pools[_random.Next(pools.Length)], port++));
        }

        ILookup<string, ListenerOptions> listeners = options.Listeners.Values.ToLookup(listener => listener.Pool);
        foreach ((string name, BackendPoolOptions pool) in options.Pools)
        {
            bool isTcp = listeners[name].All(one => one.Protocol == ListenerProtocol.Tcp);
            Maybe(() => pool.ClientAddress = isTcp && pool.Source.Count == 0 ? ClientAddressMode.Transparent : ClientAddressMode.Balancer);
            Maybe(() => pool.SendProxy = isTcp ? (ProxyVersion)_random.Next(1, 3) : ProxyVersion.V2);
            if (isTcp && pool.SendProxy == ProxyVersion.V2)
            {
                Maybe(() => pool.ProxyTlvs.Add("unique-id"));
                Maybe(() => pool.ProxyTlvs.Add("other"));
            }

            Maybe(() => _ = pool.SendProxy != ProxyVersion.Off
                && pool.Health is HealthOptions health
                && (health.Type != HealthCheckType.Udp || pool.SendProxy == ProxyVersion.V2)
                ? health.Proxy = (HealthProxyHeader)_random.Next(3)
                : null);
        }

        return options;
    }

    private ListenerOptions Listener(string pool, int port)
    {
        var listener = new ListenerOptions { Bind = _random.Next(2) == 0 ? $"0.0.0.0:{port}" : $"[::1]:{port}", Pool = pool };
        Maybe(() => listener.MaxConnections = _random.Next(1000));
        Maybe(() => listener.MaxConnectionsPerClient = _random.Next(1000));
        Maybe(() => listener.ClientPrefixV4 = _random.Next(1, 33));
        Maybe(() => listener.ClientPrefixV6 = _random.Next(1, 129));
        Maybe(() => Networks(listener.Allow, 10));
        Maybe(() => Networks(listener.Deny, 11));
        Maybe(() => listener.Rate = new RateOptions { PerClient = $"{_random.Next(1, 1000)}/s", PrefixV4 = _random.Next(1, 33) });
        Maybe(() => listener.Rate = new RateOptions { PerClient = "600/m", Burst = _random.Next(1, 1000), PrefixV6 = _random.Next(1, 129) });
        Maybe(() => listener.Rate = new RateOptions { Total = "1000000/h", TotalBurst = _random.Next(1, 1000), Over = OverRateBehaviour.Drop });
        Maybe(() => listener.IdleTimeout = Time(60_000, 600_000_000));
        var untrusted = (UntrustedProxyBehaviour)_random.Next(2);
        Maybe(() => listener.AcceptProxy = new AcceptProxyOptions { Trusted = { "10.0.0.0/8", "::1" }, Untrusted = untrusted });
        if (_random.Next(2) == 0)
        {
            Maybe(() => listener.WhenFull = (FullBehaviour)_random.Next(2));
            Maybe(() => listener.HalfCloseTimeout = Time(1000, 600_000_000));
            Maybe(() => listener.InspectTimeout = Time(100, 3_600_000));
            Maybe(() => listener.MaxInspecting = _random.Next(1, 4_194_305));
            Maybe(() => listener.Routes.Add(new RouteOptions { Sni = { "shop.example", "**.Shop.example" }, Pool = pool }));
            Maybe(() => listener.Routes.Add(new RouteOptions { Alpn = { "h2", "http/1.1" }, Pool = pool }));
            Maybe(() => _ = listener.Routes.Count > 0 ? listener.NoRoute = NoRouteBehaviour.Refuse : default);
            Maybe(() => listener.KeepAlive = null);
            Maybe(() => listener.KeepAlive = new KeepAliveOptions { Idle = TimeSpan.FromSeconds(_random.Next(1, 32_400)), Probes = _random.Next(1, 128) });
            Maybe(() => listener.KeepAlive = new KeepAliveOptions { Interval = TimeSpan.FromSeconds(_random.Next(1, 32_400)) });
            return listener;
        }

        listener.Protocol = ListenerProtocol.Udp;
        Maybe(() => listener.UnansweredTimeout = Time(1000, 60_000));
        Maybe(() => listener.Requests = _random.Next(1, 1_000_001));
        Maybe(() => listener.Responses = _random.Next(1, 1_000_001));
        Maybe(() => listener.MaxReplyRatio = _random.Next(1, 1001));
        return listener;
    }

    private void Networks(IList<string> list, int first)
    {
        for (int i = _random.Next(1, 12); i > 0; i--)
        {
            list.Add(_random.Next(4) switch
            {
                0 => $"{first}.{i}.0.0/16",
                1 => $"2001:db8:{first}:{i}::/64",
                2 => $"{first}.0.0.{i}",
                _ => $"file:/tmp/{{odd}} name, {i}.txt",
            });
        }
    }

    private BackendPoolOptions Pool()
    {
        var pool = new BackendPoolOptions();
        Maybe(() => pool.Scheduler = SchedulerNames.SourceHash);
        Maybe(() => pool.ConnectTimeout = Time(10, 300_000));
        Maybe(() => pool.ConnectAttempts = _random.Next(1, 9));
        Maybe(() => pool.ConnectRetry = TimeSpan.FromMilliseconds(_random.Next(0, 60_001)));
        Maybe(() => pool.SlowStart = Time(0, 3_600_000));
        Maybe(() => pool.WhenAllDown = AllDownBehaviour.Refuse);
        Maybe(() => pool.OnDown = DownBehaviour.Reset);
        Maybe(() => pool.Source.Add("10.0.0.5"));
        Maybe(() => pool.Source.Add("2001:db8::5"));
        Maybe(() => pool.Affinity = new AffinityOptions());
        Maybe(() => pool.Affinity = new AffinityOptions { Timeout = Time(1000, 600_000_000), PrefixV4 = _random.Next(1, 33) });
        Maybe(() => pool.Affinity = new AffinityOptions { PrefixV6 = _random.Next(1, 129), MaxEntries = _random.Next(64, 1000) });
        Maybe(() => pool.Health = Health());
        Maybe(() => pool.Passive = null);
        Maybe(() => pool.Passive = new PassiveHealthOptions { Failures = _random.Next(1, 1001), Ejection = Time(1000, 3_600_000) });
        Maybe(() => pool.Passive = new PassiveHealthOptions { MaxEjectedPercent = _random.Next(1, 101) });
        Maybe(() => pool.Resolve = new ResolveOptions { Interval = Time(1000, 3_600_000), Timeout = Time(100, 20_000) });
        Maybe(() => pool.Resolve = new ResolveOptions { Family = (ResolveFamily)_random.Next(3) });
        int host = 1;
        foreach (string name in Names(3))
        {
            host++;
            string address = _random.Next(3) switch { 0 => $"10.0.0.{host}:80", 1 => $"[2001:db8::{host}]:80", _ => $"h{host}.internal:80" };
            var backend = new BackendOptions { Address = address };
            Maybe(() => backend.Weight = _random.Next(65_536));
            Maybe(() => backend.MaxConnections = _random.Next(1000));
            pool.Backends.Add(name, backend);
        }

        return pool;
    }

    private HealthOptions Health()
    {
        var health = new HealthOptions { Type = (HealthCheckType)_random.Next(3) };
        Maybe(() => health.Interval = Time(5000, 3_600_000));
        Maybe(() => health.Timeout = Time(10, 300_000));
        Maybe(() => health.FastInterval = Time(50, 5000));
        Maybe(() => health.Rise = _random.Next(1, 101));
        Maybe(() => health.Fall = _random.Next(1, 101));
        Maybe(() => health.Port = _random.Next(1, 65_536));
        if (health.Type != HealthCheckType.Http)
        {
            Maybe(() => health.Send = Payload());
            Maybe(() => health.Expect = Payload());
            return health;
        }

        Maybe(() => health.Method = "OPTIONS");
        Maybe(() => health.Path = "/a?b=c&d='e'#{f}");
        Maybe(() => health.Host = "[::1]:80");
        Maybe(() => health.ExpectStatus = "200-299,304");
        Maybe(() => health.ExpectBody = Payload());
        Maybe(() => health.Tls = true);
        Maybe(() => health.VerifyTls = health.Tls ? _random.Next(2) == 0 : null);
        return health;
    }

    private string Payload() => Payloads[_random.Next(Payloads.Length)];

    /// <summary>At least one; some of them look like something else than a name.</summary>
    private IEnumerable<string> Names(int most)
    {
        string[] odd = ["null", "true", "off", "1", "0x1", "-", "1.2.3.4", "a.b_c-d", "LoadBalancer", "e"];
        int first = _random.Next(odd.Length);
        return Enumerable.Range(0, _random.Next(1, most + 1)).Select(i => i == 0 ? odd[first] : $"n{i}");
    }

    private TimeSpan Time(int from, int to) => TimeSpan.FromMilliseconds(_random.Next(from, to + 1));

    private void Maybe(Action change)
    {
        if (_random.Next(3) == 0)
        {
            change();
        }
    }
}
