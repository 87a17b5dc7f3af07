// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Configuration.Text;

namespace LbEngine.Configuration.Schema;

/// <summary>What listeners must fit in besides each setting's own range: their pools, each other, and their own other settings.</summary>
internal static class ListenerRules
{
    public static void CheckAll(LoadBalancerOptions options, SettingCheck check)
    {
        if (options.Listeners.Count == 0)
        {
            check.Refuse("at least one listener is needed, such as web: { bind: \"0.0.0.0:8080\", pool: site }");
        }

        if (options.Listeners.Count > ConfigurationLimits.MostListeners)
        {
            check.Refuse($"must be at most {ConfigurationLimits.MostListeners} listeners, was {options.Listeners.Count}; divide them among several engines");
        }
    }

    public static void CheckBind(ListenerOptions listener, SettingCheck check)
    {
        BindAddress bind = BindAddress.Parse(listener.Bind);
        if (ListenerBindings.IsMulticast(bind.EndPoint.Address) || bind.EndPoint.Address.Equals(IPAddress.Broadcast))
        {
            check.Refuse($"must be an address of this machine or 0.0.0.0, was {bind}");
        }

        if (check.Context.Bindings.Add(check.Context.Entry, bind, listener.Protocol) is string other)
        {
            check.Refuse($"{bind} overlaps with the bind of listener {other}; write another port or address");
        }
    }

    public static void CheckBindMissing(ListenerOptions listener, SettingCheck check)
    {
        if (listener.BindMissing == MissingAddressBehaviour.Allow && !OperatingSystem.IsLinux())
        {
            check.Refuse("allow works on Linux only; write refuse, or leave it out");
        }
    }

    public static void CheckPool(string pool, SettingCheck check)
    {
        IDictionary<string, BackendPoolOptions> pools = check.Context.Root.Pools;
        if (!pools.ContainsKey(pool))
        {
            string suggestion = check.Context.Suggest(pool, pools.Keys);
            check.Refuse($"there is no pool {ConfigurationText.Quote(pool)}{suggestion}{(suggestion.EndsWith('?') ? " " : "; ")}{List(pools)}");
        }
    }

    /// <summary>What to say where no pool is named.</summary>
    public static string NameAPool(SettingCheck? check) => $"write the name of a pool{(check is null ? "" : $"; {List(check.Context.Root.Pools)}")}";

    public static void CheckIdleTimeout(ListenerOptions listener, SettingCheck check)
    {
        if (listener.Protocol == ListenerProtocol.Udp && listener.IdleTimeout == Timeout.InfiniteTimeSpan)
        {
            check.Refuse("cannot be turned off for udp, where nothing but time ends a flow: write a duration, such as 1h");
        }
    }

    public static void CheckUnansweredTimeout(ListenerOptions listener, SettingCheck check)
    {
        TimeSpan idle = listener.IdleTimeoutOrDefault;
        if (listener.UnansweredTimeout is TimeSpan unanswered && idle >= TimeSpan.FromSeconds(1) && unanswered > idle)
        {
            check.Refuse(
                $"must be at most idleTimeout, which is {DurationText.Format(idle)}, was {DurationText.Format(unanswered)}; "
                + "write a longer idleTimeout, or less here");
        }
    }

    public static void CheckOneWay(ListenerOptions listener, SettingCheck check)
    {
        if (listener is { Responses: 0, Requests: > 1 })
        {
            check.Refuse(
                $"0 places each datagram by itself, so that requests: {listener.Requests} has no meaning; remove requests, or write how many replies come");
        }
    }

    /// <summary>One network cannot have two answers. What files say is compared when they are read.</summary>
    public static void CheckTwice(ListenerOptions listener, SettingCheck check)
    {
        var allowed = new HashSet<IPNetwork>(NetworksOf(listener.Allow));
        foreach (IPNetwork network in NetworksOf(listener.Deny).Where(allowed.Contains).Distinct())
        {
            check.Refuse($"{network} is in allow too: keep it in one of the two");
        }
    }

    public static void CheckRate(ListenerOptions listener, SettingCheck check)
    {
        if (listener is { Protocol: ListenerProtocol.Udp, Rate.Over: OverRateBehaviour.Reset })
        {
            check.Refuse("over: reset has no meaning for udp, where what is over is dropped: remove over");
        }
    }

    /// <summary>Those that are written there themselves, and right.</summary>
    private static IEnumerable<IPNetwork> NetworksOf(IEnumerable<string> texts)
    {
        foreach (string text in texts)
        {
            if (!NetworkSource.IsFile(text) && NetworkText.TryParse(text, out IPNetwork network, out _))
            {
                yield return network;
            }
        }
    }

    public static void CheckNoRoute(ListenerOptions listener, SettingCheck check)
    {
        if (listener is { NoRoute: NoRouteBehaviour.Refuse, Routes.Count: 0 })
        {
            check.Refuse("has no meaning without routes: write some, or remove it");
        }
    }

    private static string List(IDictionary<string, BackendPoolOptions> pools) =>
        pools.Count == 0 ? "there are no pools" : $"the pools are {ConfigurationText.List(pools.Keys, pools.Count)}";
}
