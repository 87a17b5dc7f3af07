// SPDX-License-Identifier: MIT
using LbEngine.Configuration.Text;

namespace LbEngine.Configuration.Schema;

/// <summary>What routes must fit in besides each setting's own form: pools, and the other routes of their listener.</summary>
internal static class RouteRules
{
    /// <summary>One that takes everybody would be the pool of the listener by another name.</summary>
    public static void CheckAny(RouteOptions route, SettingCheck check)
    {
        if (route.Sni.Count == 0 && route.Alpn.Count == 0)
        {
            check.RefuseSection("a route says which clients it takes: write sni: [shop.example], alpn: [h2], or both");
        }
    }

    public static void CheckPool(RouteOptions route, SettingCheck check) => ListenerRules.CheckPool(route.Pool, check);

    /// <summary>Two routes for the very same clients: the second one would never take anybody.</summary>
    public static void CheckTwice(ListenerOptions listener, SettingCheck check)
    {
        var taken = new HashSet<(string Name, string Protocol)>();
        foreach (RouteOptions route in listener.Routes)
        {
            IEnumerable<string> protocols = route.Alpn.DefaultIfEmpty("");
            foreach (string name in route.Sni.Select(ServerNameText.Normalize).DefaultIfEmpty(""))
            {
                foreach (string protocol in protocols.Where(protocol => !taken.Add((name, protocol))))
                {
                    string[] what = [Quote("sni", name), Quote("alpn", protocol)];
                    check.Refuse($"{string.Join(" with ", what.Where(static one => one.Length > 0))} is there twice: keep one of the two");
                }
            }
        }
    }

    private static string Quote(string setting, string value) => value.Length > 0 ? $"{setting} {ConfigurationText.Quote(value)}" : "";
}
