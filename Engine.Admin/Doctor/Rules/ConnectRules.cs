// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Admin.Doctor.Findings;

namespace LbEngine.Admin.Doctor.Rules;

/// <summary>Why a connection does not open, or too late.</summary>
internal static class ConnectRules
{
    /// <summary>Null when the connection opened in time.</summary>
    public static Verdict? Judge(DoctorTarget target, FindingSet seen) => seen.Connect?.Outcome switch
    {
        ConnectOutcome.Refused => Refused(target, seen),
        ConnectOutcome.Reset => StreamRules.Reset(target, seen),
        ConnectOutcome.NoAnswer => SilenceRules.Judge(target, seen),
        ConnectOutcome.Unreachable => Unreachable(target, seen),
        ConnectOutcome.NotTried => NotTried(seen.Connect.Detail),
        ConnectOutcome.Opened when seen.Connect.IsSlow => Slow(target, seen, seen.Connect),
        _ => null,
    };

    /// <summary>This host is short of something; that says nothing of the backend.</summary>
    public static Verdict NotTried(string detail) => new(
        DiagnosisCause.NotExamined,
        $"this host could not try: {detail}",
        new NextStep("ss -s", true, "how many sockets and ports are in use here"),
        new NextStep("ulimit -n", true, "how many descriptors a process may have"));

    /// <summary>For TCP and UDP: a host that cannot be reached.</summary>
    public static Verdict Unreachable(DoctorTarget target, FindingSet seen)
    {
        IPAddress address = target.EndPoint.Address;
        if (seen.Host?.Neighbour == NeighbourState.Absent)
        {
            return SilenceRules.HostDown(target, seen);
        }

        string explanation = seen.Icmp is { CameWithEach: true }
            ? $"a router or firewall on the way answers that {address} cannot be reached"
            : $"there is no way from this host to {address}: no route, or nobody there has the address";
        return new Verdict(DiagnosisCause.Unreachable, explanation, Steps.Route(target), Steps.Neighbours(target), Steps.Firewall(seen));
    }

    private static Verdict Refused(DoctorTarget target, FindingSet seen)
    {
        IPEndPoint at = target.EndPoint;
        if (seen.Local is { SamePort.Count: > 0 } local)
        {
            return RefusedHere(target, seen, local);
        }

        if (seen.Icmp is { CameWithEach: true })
        {
            return new Verdict(
                DiagnosisCause.FirewallReject,
                $"a firewall rejects connections to port {at.Port} of {at.Address} (ICMP), whether something listens there or not",
                Steps.Firewall(seen),
                Steps.Listeners(target, seen));
        }

        if (seen.OpenPort is OtherPortFinding open)
        {
            return new Verdict(
                DiagnosisCause.WrongPort,
                $"nothing listens on port {at.Port} of {at.Address}, but port {open.Port.Port} ({open.Port.Meaning}) is open: "
                + "is the port in the configuration right?",
                Steps.Listeners(target, seen),
                Steps.Services(seen));
        }

        string where = seen.Local is null
            ? $", or only on 127.0.0.1 of that host: {at.Address} lives and refuses"
            : ": the program is not running, or uses another port";
        return new Verdict(
            DiagnosisCause.Refused,
            $"nothing listens on port {at.Port} of {at.Address}{where}",
            Steps.Listeners(target, seen),
            Steps.Services(seen));
    }

    private static Verdict RefusedHere(DoctorTarget target, FindingSet seen, LocalSocketFinding local)
    {
        IPEndPoint at = target.EndPoint;
        string who = string.Join(", ", local.SamePort.Take(3).Select(socket => socket.Describe()));
        bool isOtherVersion = local.Taking is LocalSocket socket && socket.EndPoint.AddressFamily != at.AddressFamily;
        if (local.IsLoopbackOnly && local.Taking is null)
        {
            return new Verdict(
                DiagnosisCause.LoopbackOnly,
                $"the program listens on loopback only ({who}), so nobody reaches it at {at}: let it listen on {at.Address} or 0.0.0.0",
                Steps.Listeners(target, seen));
        }

        if (local.Taking is null || isOtherVersion)
        {
            return new Verdict(
                DiagnosisCause.OtherAddressOnly,
                $"the program listens on another address ({who}), not at {at}: correct its address or the configured one",
                Steps.Listeners(target, seen),
                Steps.Addresses(seen));
        }

        return new Verdict(
            DiagnosisCause.FirewallReject,
            $"something listens at {at} ({local.Taking.Describe()}), yet connecting is refused: a firewall of this host rejects it",
            Steps.Firewall(seen),
            Steps.Listeners(target, seen));
    }

    private static Verdict Slow(DoctorTarget target, FindingSet seen, ConnectFinding connect) => new(
        DiagnosisCause.SlowConnect,
        $"connecting takes {Figures.Time(connect.Elapsed)}, the time-out is {Figures.Time(connect.Timeout)}: "
        + "packets are lost, or the backlog is full for moments",
        Steps.Backlog(target, seen),
        Steps.Ping(target),
        Steps.Load(seen));
}
