// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Doctor.Rules;

/// <summary>A backend whose name leads nowhere: there is nothing to connect to.</summary>
internal static class NameRules
{
    /// <summary>Null when the backend has an address.</summary>
    public static Verdict? Judge(FindingSet seen) => seen.Name is { Failure: not null } name
        ? new Verdict(
            DiagnosisCause.NameUnknown,
            $"{name.Host} does not resolve on this host: the name is misspelt or gone, or the name servers cannot be reached",
            new NextStep($"getent ahosts {name.Host}", true, "what the system's resolver says, /etc/hosts included"),
            new NextStep($"resolvectl query {name.Host}", true, "the same with the name server that was asked; dig shows the answer in full"),
            new NextStep("cat /etc/resolv.conf", true, "which name servers and search domains are used"))
        : null;
}
