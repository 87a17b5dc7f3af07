// SPDX-License-Identifier: MIT
using LbEngine.Admin.Doctor.Findings;

namespace LbEngine.Admin.Doctor.Rules;

/// <summary>Whether what a backend answers to clients themselves comes back through this host.</summary>
internal static class ForeignRules
{
    /// <summary>Null when it does, or nobody has asked.</summary>
    public static Verdict? Judge(FindingSet seen) => seen.Foreign is { Outcome: ConnectOutcome.NoAnswer } foreign
        ? new Verdict(
            DiagnosisCause.NoWayBack,
            $"the backend answers this host, but not a client's own address ({foreign.Source} in its place): what it answers there does not come back "
            + "to this host (its route to the clients must lead here), or is not taken here (a rule must mark it, and a route deliver it)",
            new NextStep($"ip route get {foreign.Source}", seen.Local is not null, "which way its answers take: it must be by way of the balancer"),
            new NextStep("ip rule show; ip route show table 100", true, "the rule for marked packets, and the route that delivers them here"),
            new NextStep("nft list ruleset", true, "what marks them: socket transparent 1 meta mark set 1"))
        : null;
}
