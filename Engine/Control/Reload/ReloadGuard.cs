// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.Configuration.Text;
using LbEngine.Connections;
using LbEngine.Control.Model;
using LbEngine.Transport;

namespace LbEngine.Control.Reload;

/// <summary>What a running engine cannot, or should not, change. Pure; reports every mistake.</summary>
internal static class ReloadGuard
{
    // Below this a pool is small enough for an operator to mean what is written.
    private const int SmallestShrink = 4;

    public static IReadOnlyList<ConfigurationError> Check(
        EngineModel model, EngineDescriptors descriptors, Func<bool, bool> canOverlap, LoadBalancerOptions next, bool force)
    {
        var errors = new List<ConfigurationError>();
        LoadBalancerOptions now = model.Configured;
        Fixed(errors, "transport", now.Transport, next.Transport);
        Fixed(errors, "reactors", now.Reactors, next.Reactors);
        Fixed(errors, "maxConnections", now.MaxConnections, next.MaxConnections);
        var open = new ListenerMatch(model.Listeners);
        foreach ((string name, ListenerOptions listener) in next.Listeners)
        {
            if (open.Find(name, listener) is Listener running
                && running.HoldsWhenFull != (listener.WhenFull != FullBehaviour.Refuse))
            {
                string path = ConfigurationText.Join(ConfigurationText.Join("listeners", name), "whenFull");
                errors.Add(new ConfigurationError(path, "cannot be changed while the listener is open; restart the engine, or write another port"));
            }
        }

        CheckOverlaps(errors, model, canOverlap, next, open);
        if (descriptors.Check(CountNew(next, open, ListenerProtocol.Tcp), CountNew(next, open, ListenerProtocol.Udp)) is ConfigurationError tooMany)
        {
            errors.Add(tooMany);
        }

        if (!force)
        {
            CheckShrink(errors, now, next);
        }

        return errors;
    }

    /// <summary>Where one listener cannot be opened before the other is closed, it would be refused when half of the way is gone.</summary>
    private static void CheckOverlaps(
        List<ConfigurationError> errors, EngineModel model, Func<bool, bool> canOverlap, LoadBalancerOptions next, ListenerMatch open)
    {
        foreach ((string name, ListenerOptions listener) in next.Listeners)
        {
            bool isDatagram = listener.Protocol == ListenerProtocol.Udp;
            BindAddress bind = BindAddress.Parse(listener.Bind);
            if (canOverlap(isDatagram) || open.Find(name, listener) is not null)
            {
                continue;
            }

            Listener? inTheWay = model.Listeners.Concat(model.ListenerDirectory.Leaving).FirstOrDefault(
                other => other.IsDatagram == isDatagram && ListenerOverlap.Exists(other.EndPoints, bind.EndPoints));
            if (inTheWay is not null)
            {
                string path = ConfigurationText.Join(ConfigurationText.Join("listeners", name), "bind");
                errors.Add(new ConfigurationError(
                    path,
                    $"listener {inTheWay.Name} is in the way: it has the port at {inTheWay.Place} until the change is done; "
                    + "write another port, or change it in two steps"));
            }
        }
    }

    private static int CountNew(LoadBalancerOptions next, ListenerMatch open, ListenerProtocol protocol) =>
        next.Listeners
            .Where(listener => listener.Value.Protocol == protocol && open.Find(listener.Key, listener.Value) is null)
            .Sum(static listener => BindAddress.Parse(listener.Value.Bind).EndPoints.Count);

    /// <summary>A source that lost its entries must not take the service down with it: half of the backends do not go by accident.</summary>
    private static void CheckShrink(List<ConfigurationError> errors, LoadBalancerOptions now, LoadBalancerOptions next)
    {
        int total = 0;
        int removed = 0;
        foreach ((string poolName, BackendPoolOptions pool) in now.Pools)
        {
            BackendPoolOptions? left = next.Pools.TryGetValue(poolName, out BackendPoolOptions? found) ? found : null;
            total += pool.Backends.Count;
            removed += pool.Backends.Keys.Count(name => left is null || !left.Backends.ContainsKey(name));
        }

        if (total >= SmallestShrink && removed * 2 > total)
        {
            errors.Add(new ConfigurationError("pools", $"{removed} of {total} backends would be removed, more than half; if that is meant, force it"));
        }
    }

    private static void Fixed<T>(List<ConfigurationError> errors, string path, T now, T next)
    {
        if (!EqualityComparer<T>.Default.Equals(now, next))
        {
            errors.Add(new ConfigurationError(path, $"cannot be changed while the engine runs, from {now} to {next}; restart it"));
        }
    }
}
