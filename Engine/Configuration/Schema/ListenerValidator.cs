// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Net;
using LbEngine.Configuration.Text;

namespace LbEngine.Configuration.Schema;

/// <summary>Checks listeners, alone and against each other.</summary>
internal static class ListenerValidator
{
    public const string MeaninglessForUdp = "has no meaning for udp: remove it";
    public const string MeaninglessForTcp = "has no meaning for tcp: remove it, or write protocol: udp";

    private const string UnlimitedHint = "; leave it out for unlimited";

    private static readonly IntegerRange BindPorts = new(0, 65_535);

    public static ListenerBindings Validate(LoadBalancerOptions options, ValidationContext context)
    {
        var bindings = new ListenerBindings();
        if (options.Listeners.Count == 0)
        {
            context.Refuse("listeners", "at least one listener is needed, such as web: { bind: \"0.0.0.0:8080\", pool: site }");
        }

        if (options.Listeners.Count > SettingRanges.MostListeners)
        {
            context.Refuse("listeners", $"must be at most {SettingRanges.MostListeners} listeners, was {options.Listeners.Count}; divide them among several engines");
        }

        foreach ((string name, ListenerOptions? listener) in options.Listeners)
        {
            string path = ConfigurationText.Join("listeners", name);
            context.CheckName(path, name);
            if (context.CheckPresent(path, listener))
            {
                CheckBind(path, name, listener, bindings, context);
                CheckPool(path, listener, options, context);
                CheckLimits(path, listener, context);
            }
        }

        return bindings;
    }

    private static void CheckBind(string path, string name, ListenerOptions listener, ListenerBindings bindings, ValidationContext context)
    {
        context.CheckWord(path, "protocol", listener.Protocol, "tcp, udp");
        string bindPath = ConfigurationText.Join(path, "bind");
        if (string.IsNullOrEmpty(listener.Bind))
        {
            context.Refuse(bindPath, "is required: write an address and a port such as 0.0.0.0:8080 or [::]:8080");
            return;
        }

        if (!EndPointText.TryParse(listener.Bind, BindPorts, out IPEndPoint? endPoint, out string problem))
        {
            context.Refuse(bindPath, problem);
            return;
        }

        if (ListenerBindings.IsMulticast(endPoint.Address) || endPoint.Address.Equals(IPAddress.Broadcast))
        {
            context.Refuse(bindPath, $"must be an address of this machine or 0.0.0.0, was {endPoint}");
        }

        if (bindings.Add(name, endPoint, listener.Protocol) is string other)
        {
            context.Refuse(bindPath, $"{endPoint} overlaps with the bind of listener {other}; write another port or address");
        }
    }

    private static void CheckPool(string path, ListenerOptions listener, LoadBalancerOptions options, ValidationContext context)
    {
        string poolPath = ConfigurationText.Join(path, "pool");
        string pools = options.Pools.Count == 0 ? "there are no pools" : $"the pools are {ConfigurationText.List(options.Pools.Keys, options.Pools.Count)}";
        if (string.IsNullOrEmpty(listener.Pool))
        {
            context.Refuse(poolPath, $"is required: write the name of a pool; {pools}");
        }
        else if (!options.Pools.ContainsKey(listener.Pool))
        {
            string suggestion = context.Suggest(listener.Pool, options.Pools.Keys);
            context.Refuse(poolPath, $"there is no pool {ConfigurationText.Quote(listener.Pool)}{suggestion}{(suggestion.EndsWith('?') ? " " : "; ")}{pools}");
        }
    }

    private static void CheckLimits(string path, ListenerOptions listener, ValidationContext context)
    {
        context.CheckInteger(path, "maxConnections", listener.MaxConnections, SettingRanges.Connections);
        context.CheckInteger(path, "maxConnectionsPerClient", listener.MaxConnectionsPerClient, SettingRanges.Connections);
        context.CheckDuration(path, "idleTimeout", listener.IdleTimeoutOrDefault, SettingRanges.Idle);
        if (listener.Protocol == ListenerProtocol.Udp)
        {
            CheckUdp(path, listener, context);
            RefuseSet(path, "whenFull", listener.WhenFull is not null, MeaninglessForUdp, context);
            RefuseSet(path, "halfCloseTimeout", listener.HalfCloseTimeout is not null, MeaninglessForUdp, context);
            RefuseSet(path, "inspectTimeout", listener.InspectTimeout is not null, MeaninglessForUdp, context);

            // Off is what UDP has, and the default cannot be told from untouched: both say nothing untrue.
            RefuseSet(path, "keepAlive", listener.KeepAlive is { IsDefault: false }, MeaninglessForUdp, context);
        }
        else
        {
            CheckTcp(path, listener, context);
            RefuseSet(path, "unansweredTimeout", listener.UnansweredTimeout is not null, MeaninglessForTcp, context);
            RefuseSet(path, "requests", listener.Requests is not null, MeaninglessForTcp, context);
            RefuseSet(path, "responses", listener.Responses is not null, MeaninglessForTcp, context);
            RefuseSet(path, "maxReplyRatio", listener.MaxReplyRatio is not null, MeaninglessForTcp, context);
        }
    }

    private static void CheckTcp(string path, ListenerOptions listener, ValidationContext context)
    {
        context.CheckWord(path, "whenFull", listener.WhenFull ?? FullBehaviour.Hold, "hold, refuse");
        context.CheckDuration(path, "halfCloseTimeout", listener.HalfCloseTimeout ?? ListenerOptions.DefaultHalfCloseTimeout, SettingRanges.Idle);
        context.CheckDuration(path, "inspectTimeout", listener.InspectTimeout ?? ListenerOptions.DefaultInspectTimeout, SettingRanges.Inspect);
        if (listener.KeepAlive is KeepAliveOptions keepAlive)
        {
            string keepAlivePath = ConfigurationText.Join(path, "keepAlive");
            CheckWholeSeconds(keepAlivePath, "idle", keepAlive.Idle, context);
            CheckWholeSeconds(keepAlivePath, "interval", keepAlive.Interval, context);
            context.CheckInteger(keepAlivePath, "probes", keepAlive.Probes, SettingRanges.KeepAliveProbes);
        }
    }

    private static void CheckUdp(string path, ListenerOptions listener, ValidationContext context)
    {
        CheckLimit(path, "requests", listener.Requests, SettingRanges.FlowDatagrams, context);
        CheckLimit(path, "responses", listener.Responses, SettingRanges.FlowDatagrams, context);
        CheckLimit(path, "maxReplyRatio", listener.MaxReplyRatio, SettingRanges.ReplyRatio, context);
        if (listener.UnansweredTimeout is TimeSpan unanswered)
        {
            context.CheckDuration(path, "unansweredTimeout", unanswered, SettingRanges.Idle);
            TimeSpan idle = listener.IdleTimeoutOrDefault;
            if (SettingRanges.Idle.Contains(unanswered) && SettingRanges.Idle.Contains(idle) && unanswered > idle)
            {
                context.Refuse(
                    ConfigurationText.Join(path, "unansweredTimeout"),
                    $"must be at most idleTimeout, which is {DurationText.Format(idle)}, was {DurationText.Format(unanswered)}; write a longer idleTimeout, or less here");
            }
        }
    }

    private static void CheckLimit(string path, string setting, int? value, IntegerRange range, ValidationContext context)
    {
        if (value is int limit && !range.Contains(limit))
        {
            context.Refuse(ConfigurationText.Join(path, setting), range.Refuse(limit.ToString(CultureInfo.InvariantCulture)) + UnlimitedHint);
        }
    }

    private static void RefuseSet(string path, string setting, bool isSet, string problem, ValidationContext context)
    {
        if (isSet)
        {
            context.Refuse(ConfigurationText.Join(path, setting), problem);
        }
    }

    private static void CheckWholeSeconds(string path, string setting, TimeSpan value, ValidationContext context)
    {
        context.CheckDuration(path, setting, value, SettingRanges.KeepAlive);
        if (SettingRanges.KeepAlive.Contains(value) && value.Ticks % TimeSpan.TicksPerSecond != 0)
        {
            context.Refuse(ConfigurationText.Join(path, setting), $"must be whole seconds, as the kernel counts them, was {DurationText.Format(value)}");
        }
    }
}
