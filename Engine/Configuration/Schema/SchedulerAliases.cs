// SPDX-License-Identifier: MIT
using System.Collections.Frozen;
using LbEngine.Scheduling;

namespace LbEngine.Configuration.Schema;

/// <summary>What other balancers call the schedulers. They are not taken, so that each has one name; they are what somebody meant.</summary>
internal static class SchedulerAliases
{
    // HAProxy (balance), nginx (upstream), IPVS (ipvsadm -s), Envoy (lb_policy), Traefik and Caddy, without blanks, hyphens and underscores.
    private static readonly FrozenDictionary<string, string> Meant = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["roundrobin"] = SchedulerNames.SmoothWeightedRoundRobin,
        ["weightedroundrobin"] = SchedulerNames.SmoothWeightedRoundRobin,
        ["staticrr"] = SchedulerNames.SmoothWeightedRoundRobin,
        ["rr"] = SchedulerNames.SmoothWeightedRoundRobin,
        ["wrr"] = SchedulerNames.SmoothWeightedRoundRobin,
        ["leastconn"] = SchedulerNames.WeightedLeastConnections,
        ["leastconns"] = SchedulerNames.WeightedLeastConnections,
        ["leastconnection"] = SchedulerNames.WeightedLeastConnections,
        ["leastconnections"] = SchedulerNames.WeightedLeastConnections,
        ["leastrequest"] = SchedulerNames.WeightedLeastConnections,
        ["lc"] = SchedulerNames.WeightedLeastConnections,
        ["wlc"] = SchedulerNames.WeightedLeastConnections,
        ["source"] = SchedulerNames.SourceHash,
        ["sourceip"] = SchedulerNames.SourceHash,
        ["iphash"] = SchedulerNames.SourceHash,
        ["hash"] = SchedulerNames.SourceHash,
        ["maglev"] = SchedulerNames.SourceHash,
        ["ringhash"] = SchedulerNames.SourceHash,
        ["sh"] = SchedulerNames.SourceHash,
        ["mh"] = SchedulerNames.SourceHash,
        ["random"] = SchedulerNames.PowerOfTwoChoices,
        ["randomchoose"] = SchedulerNames.PowerOfTwoChoices,
        ["p2c"] = SchedulerNames.PowerOfTwoChoices,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The name that is meant; null for a text that no balancer has.</summary>
    public static string? Find(string name) => Meant.GetValueOrDefault(string.Concat(name.Where(static c => c is not (' ' or '-' or '_'))));
}
