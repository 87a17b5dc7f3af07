// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Configuration.Text;

namespace LbEngine.Configuration.Schema;

/// <summary>Checks what options mean, wherever they came from: a file, a section or the builder. Reports every mistake, throws nothing.</summary>
internal static class LoadBalancerOptionsValidator
{
    /// <summary>Every mistake, with its path; empty when an engine can be built.</summary>
    /// <param name="options">The options; they are not changed.</param>
    /// <param name="schedulerNames">The names of all schedulers that a pool may have.</param>
    /// <param name="settings">The schema with the sections of a host; null for the engine's alone.</param>
    /// <param name="readHost">Reads the addresses of this host; null for those that it has.</param>
    public static IReadOnlyList<ConfigurationError> Validate(
        LoadBalancerOptions options,
        IReadOnlyCollection<string> schedulerNames,
        RootSettings? settings = null,
        Func<IReadOnlySet<IPAddress>>? readHost = null)
    {
        var context = new ValidationContext(options, schedulerNames, readHost);
        (settings ?? RootSettings.Alone).Validate("", options, context);
        return context.Errors;
    }

    /// <summary>What is allowed, but probably not meant. Call it for options without mistakes.</summary>
    /// <param name="options">Options that <see cref="Validate"/> has passed.</param>
    public static IReadOnlyList<ConfigurationWarning> FindWarnings(LoadBalancerOptions options)
    {
        var warnings = new List<ConfigurationWarning>();
        foreach ((string name, ListenerOptions listener) in options.Listeners)
        {
            WarnOfLingeringFlows(name, listener, warnings);
            WarnOfUnreachedLimits(name, listener, options.MaxConnections, warnings);
        }

        HashSet<string> used = [.. options.Listeners.Values.SelectMany(listener => listener.PoolNames)];
        foreach ((string name, BackendPoolOptions pool) in options.Pools)
        {
            string path = ConfigurationText.Join("pools", name);
            if (!used.Contains(name))
            {
                warnings.Add(new ConfigurationWarning(path, "no listener uses this pool"));
            }

            if (pool.Backends.Values.All(backend => backend.Weight == 0))
            {
                warnings.Add(new ConfigurationWarning(ConfigurationText.Join(path, "backends"), "every weight is 0: no new connection is taken"));
            }
        }

        return warnings;
    }

    private static void WarnOfUnreachedLimits(string name, ListenerOptions listener, int most, List<ConfigurationWarning> warnings)
    {
        string path = ConfigurationText.Join("listeners", name);
        if (most > 0 && listener.MaxConnections > most)
        {
            string message = $"{listener.MaxConnections} is never reached: maxConnections of the engine is {most}";
            warnings.Add(new ConfigurationWarning(ConfigurationText.Join(path, "maxConnections"), message));
        }

        if (listener.MaxInspecting is not int inspecting)
        {
            return;
        }

        string setting = ConfigurationText.Join(path, "maxInspecting");
        if (listener.MaxConnections > 0 && inspecting > listener.MaxConnections)
        {
            warnings.Add(new ConfigurationWarning(setting, $"{inspecting} is never reached: maxConnections of the listener is {listener.MaxConnections}"));
        }
        else if (most > 0 && inspecting > most)
        {
            warnings.Add(new ConfigurationWarning(setting, $"{inspecting} is never reached: maxConnections of the engine is {most}"));
        }
    }

    /// <summary>Flows of few datagrams are begun fast; when nothing tells their end, they fill the table while they wait for the time-out.</summary>
    private static void WarnOfLingeringFlows(string name, ListenerOptions listener, List<ConfigurationWarning> warnings)
    {
        if (listener.Requests is not null && (listener.Responses, listener.IdleTimeout, listener.UnansweredTimeout) == (null, null, null))
        {
            warnings.Add(new ConfigurationWarning(
                ConfigurationText.Join(ConfigurationText.Join("listeners", name), "requests"),
                $"without responses, each flow stays until a time-out ({DurationText.Format(listener.UnansweredTimeoutOrDefault)}, "
                + $"once answered {DurationText.Format(listener.IdleTimeoutOrDefault)}): write responses, or these time-outs as short as the service allows"));
        }
    }
}
