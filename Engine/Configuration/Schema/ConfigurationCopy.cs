// SPDX-License-Identifier: MIT
namespace LbEngine.Configuration.Schema;

/// <summary>Copies options, so that nobody outside can change what an engine goes by.</summary>
internal static class ConfigurationCopy
{
    public static LoadBalancerOptions Of(LoadBalancerOptions source)
    {
        var copy = new LoadBalancerOptions
        {
            Transport = source.Transport,
            Reactors = source.Reactors,
            MaxConnections = source.MaxConnections,
            Admin = source.Admin is AdminOptions admin ? new AdminOptions { Bind = admin.Bind, Token = admin.Token } : null,
            Drain = new DrainOptions { Delay = source.Drain.Delay, Timeout = source.Drain.Timeout, Spread = source.Drain.Spread },
        };
        foreach ((string name, ListenerOptions listener) in source.Listeners)
        {
            copy.Listeners.Add(name, Of(listener));
        }

        foreach ((string name, BackendPoolOptions pool) in source.Pools)
        {
            copy.Pools.Add(name, Of(pool));
        }

        return copy;
    }

    private static ListenerOptions Of(ListenerOptions source) => new()
    {
        Bind = source.Bind,
        Protocol = source.Protocol,
        Pool = source.Pool,
        MaxConnections = source.MaxConnections,
        MaxConnectionsPerClient = source.MaxConnectionsPerClient,
        WhenFull = source.WhenFull,
        IdleTimeout = source.IdleTimeout,
        HalfCloseTimeout = source.HalfCloseTimeout,
        InspectTimeout = source.InspectTimeout,
        KeepAlive = source.KeepAlive is KeepAliveOptions keepAlive
            ? new KeepAliveOptions { Idle = keepAlive.Idle, Interval = keepAlive.Interval, Probes = keepAlive.Probes }
            : null,
        UnansweredTimeout = source.UnansweredTimeout,
        Requests = source.Requests,
        Responses = source.Responses,
        MaxReplyRatio = source.MaxReplyRatio,
    };

    private static BackendPoolOptions Of(BackendPoolOptions source)
    {
        var copy = new BackendPoolOptions
        {
            Scheduler = source.Scheduler,
            Affinity = source.Affinity is AffinityOptions affinity
                ? new AffinityOptions { Timeout = affinity.Timeout, PrefixV4 = affinity.PrefixV4, PrefixV6 = affinity.PrefixV6, MaxEntries = affinity.MaxEntries }
                : null,
            ConnectTimeout = source.ConnectTimeout,
            ConnectAttempts = source.ConnectAttempts,
            Health = source.Health is HealthOptions health ? Of(health) : null,
            Passive = source.Passive is PassiveHealthOptions passive
                ? new PassiveHealthOptions { Failures = passive.Failures, Ejection = passive.Ejection, MaxEjectedPercent = passive.MaxEjectedPercent }
                : null,
            WhenAllDown = source.WhenAllDown,
            OnDown = source.OnDown,
            SlowStart = source.SlowStart,
            Resolve = new ResolveOptions { Interval = source.Resolve.Interval, Timeout = source.Resolve.Timeout, Family = source.Resolve.Family },
        };
        foreach ((string name, BackendOptions backend) in source.Backends)
        {
            copy.Backends.Add(name, new BackendOptions { Address = backend.Address, Weight = backend.Weight, MaxConnections = backend.MaxConnections });
        }

        return copy;
    }

    private static HealthOptions Of(HealthOptions source) => new()
    {
        Type = source.Type,
        Interval = source.Interval,
        Timeout = source.Timeout,
        FastInterval = source.FastInterval,
        Rise = source.Rise,
        Fall = source.Fall,
        Port = source.Port,
        Send = source.Send,
        Expect = source.Expect,
        Method = source.Method,
        Path = source.Path,
        Host = source.Host,
        ExpectStatus = source.ExpectStatus,
        ExpectBody = source.ExpectBody,
        Tls = source.Tls,
        VerifyTls = source.VerifyTls,
    };
}
