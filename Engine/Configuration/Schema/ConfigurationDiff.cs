// SPDX-License-Identifier: MIT
using System.Globalization;
using LbEngine.Configuration.Text;

namespace LbEngine.Configuration.Schema;

/// <summary>Finds what differs between two configurations, in the order of the new one. Pure.</summary>
internal sealed class ConfigurationDiff
{
    private readonly List<ConfigurationChange> _changes = [];
    private readonly Func<string, int> _countConnections;

    private ConfigurationDiff(Func<string, int> countConnections) => _countConnections = countConnections;

    /// <summary>Every difference; empty when there is none.</summary>
    /// <param name="before">The configuration that is in force.</param>
    /// <param name="after">The one that might be.</param>
    /// <param name="countConnections">Live connections of a listener (<c>listeners.web</c>), pool or backend, by path.</param>
    public static IReadOnlyList<ConfigurationChange> Compare(LoadBalancerOptions before, LoadBalancerOptions after, Func<string, int> countConnections)
    {
        var diff = new ConfigurationDiff(countConnections);
        diff.Value("", "", "transport", before.Transport, after.Transport);
        diff.Value("", "", "reactors", before.Reactors, after.Reactors);
        diff.Value("", "", "maxConnections", before.MaxConnections, after.MaxConnections);
        diff.Value("", "drain", "delay", before.Drain.Delay, after.Drain.Delay);
        diff.Value("", "drain", "timeout", before.Drain.Timeout, after.Drain.Timeout);
        diff.Value("", "drain", "spread", before.Drain.Spread, after.Drain.Spread);
        diff.Named("listeners", before.Listeners, after.Listeners, listener => $"{listener.Bind} -> {listener.Pool}", diff.Listener);
        diff.Named("pools", before.Pools, after.Pools, pool => $"{pool.Backends.Count} backends", diff.Pool);
        return diff._changes;
    }

    /// <summary>True when nothing of a pool differs.</summary>
    public static bool IsSame(BackendPoolOptions before, BackendPoolOptions after)
    {
        var diff = new ConfigurationDiff(static _ => 0);
        diff.Pool("", before, after);
        return diff._changes.Count == 0;
    }

    private void Named<T>(string path, IDictionary<string, T> before, IDictionary<string, T> after, Func<T, string> describe, Action<string, T, T> compare)
    {
        foreach ((string name, T old) in before)
        {
            if (!after.ContainsKey(name))
            {
                string ownPath = ConfigurationText.Join(path, name);
                Add(ConfigurationChangeKind.Removed, ownPath, describe(old), "", ownPath);
            }
        }

        foreach ((string name, T fresh) in after)
        {
            string ownPath = ConfigurationText.Join(path, name);
            if (before.TryGetValue(name, out T? old))
            {
                compare(ownPath, old, fresh);
            }
            else
            {
                Add(ConfigurationChangeKind.Added, ownPath, "", describe(fresh), ownPath);
            }
        }
    }

    private void Listener(string path, ListenerOptions before, ListenerOptions after)
    {
        Value(path, path, "bind", before.Bind, after.Bind);
        Value(path, path, "protocol", before.Protocol, after.Protocol);
        Value(path, path, "pool", before.Pool, after.Pool);
        Value(path, path, "maxConnections", before.MaxConnections, after.MaxConnections);
        Value(path, path, "maxConnectionsPerClient", before.MaxConnectionsPerClient, after.MaxConnectionsPerClient);
        Value(path, path, "whenFull", before.WhenFull ?? FullBehaviour.Hold, after.WhenFull ?? FullBehaviour.Hold);
        Value(path, path, "idleTimeout", before.IdleTimeoutOrDefault, after.IdleTimeoutOrDefault);
        Value(path, path, "halfCloseTimeout", before.HalfCloseTimeout ?? ListenerOptions.DefaultHalfCloseTimeout, after.HalfCloseTimeout ?? ListenerOptions.DefaultHalfCloseTimeout);
        Value(path, path, "inspectTimeout", before.InspectTimeout ?? ListenerOptions.DefaultInspectTimeout, after.InspectTimeout ?? ListenerOptions.DefaultInspectTimeout);
        Value(path, path, "keepAlive", Describe(before.KeepAlive), Describe(after.KeepAlive));
        Value(path, path, "unansweredTimeout", before.UnansweredTimeout ?? ListenerOptions.DefaultUnansweredTimeout, after.UnansweredTimeout ?? ListenerOptions.DefaultUnansweredTimeout);
        Value(path, path, "requests", before.Requests, after.Requests);
        Value(path, path, "responses", before.Responses, after.Responses);
        Value(path, path, "maxReplyRatio", before.MaxReplyRatio, after.MaxReplyRatio);
    }

    private void Pool(string path, BackendPoolOptions before, BackendPoolOptions after)
    {
        Value(path, path, "scheduler", before.Scheduler, after.Scheduler);
        Value(path, path, "connectTimeout", before.ConnectTimeout, after.ConnectTimeout);
        Value(path, path, "connectAttempts", before.ConnectAttempts, after.ConnectAttempts);
        Value(path, path, "affinity", Describe(before.Affinity), Describe(after.Affinity));
        Value(path, path, "health", Describe(before.Health), Describe(after.Health));
        Value(path, path, "passive", Describe(before.Passive), Describe(after.Passive));
        Value(path, path, "whenAllDown", before.WhenAllDown, after.WhenAllDown);
        Value(path, path, "onDown", before.OnDown, after.OnDown);
        Value(path, path, "slowStart", before.SlowStart, after.SlowStart);
        Value(path, path, "resolve", Describe(before.Resolve), Describe(after.Resolve));
        Named(ConfigurationText.Join(path, "backends"), before.Backends, after.Backends, backend => $"{backend.Address} weight {backend.Weight}", Backend);
    }

    private void Backend(string path, BackendOptions before, BackendOptions after)
    {
        Value(path, path, "address", before.Address, after.Address);
        Value(path, path, "weight", before.Weight, after.Weight);
        Value(path, path, "maxConnections", before.MaxConnections, after.MaxConnections);
    }

    private void Value<T>(string concerned, string path, string name, T before, T after)
    {
        if (!EqualityComparer<T>.Default.Equals(before, after))
        {
            Add(ConfigurationChangeKind.Changed, ConfigurationText.Join(path, name), Text(before), Text(after), concerned);
        }
    }

    private void Add(ConfigurationChangeKind kind, string path, string before, string after, string concerned) =>
        _changes.Add(new ConfigurationChange(kind, path, before, after, concerned.Length == 0 ? 0 : _countConnections(concerned)));

    private static string Describe(KeepAliveOptions? keepAlive) => keepAlive is null
        ? "off"
        : $"{DurationText.Format(keepAlive.Idle)}, {DurationText.Format(keepAlive.Interval)}, {keepAlive.Probes.ToString(CultureInfo.InvariantCulture)}";

    private static string Describe(AffinityOptions? affinity) => affinity is null
        ? "off"
        : string.Create(CultureInfo.InvariantCulture, $"{DurationText.Format(affinity.Timeout)}, /{affinity.PrefixV4}, /{affinity.PrefixV6}, {affinity.MaxEntries} entries");

    private static string Describe(PassiveHealthOptions? passive) => passive is null
        ? "off"
        : string.Create(CultureInfo.InvariantCulture, $"{passive.Failures} failures, {DurationText.Format(passive.Ejection)}, {passive.MaxEjectedPercent} %");

    private static string Describe(ResolveOptions resolve) =>
        $"every {DurationText.Format(resolve.Interval)}, within {DurationText.Format(resolve.Timeout)}, {Text(resolve.Family)}";

    /// <summary>Every setting: a difference in any of them has to be seen.</summary>
    private static string Describe(HealthOptions? health)
    {
        if (health is null)
        {
            return "off";
        }

        (string Name, object? Value)[] settings =
        [
            ("interval", DurationText.Format(health.Interval)),
            ("timeout", DurationText.Format(health.Timeout)),
            ("fastInterval", DurationText.Format(health.FastIntervalOrDefault)),
            ("rise", health.Rise),
            ("fall", health.Fall),
            ("port", health.Port),
            ("send", health.Send),
            ("expect", health.Expect),
            ("method", health.Method),
            ("path", health.Path),
            ("host", health.Host),
            ("expectStatus", health.ExpectStatus),
            ("expectBody", health.ExpectBody),
            ("tls", health.Tls ? "true" : null),
            ("verifyTls", health.VerifyTls is bool verify ? (verify ? "true" : "false") : null),
        ];
        IEnumerable<string> written = settings.Where(one => one.Value is not null).Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Name} {one.Value}"));
        return $"{health.Type.ToString().ToLowerInvariant()}, {string.Join(", ", written)}";
    }

    private static string Text<T>(T value) => value switch
    {
        null => "unlimited",
        TimeSpan time => DurationText.Format(time),
        Enum word => word.ToString().ToLowerInvariant(),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
