// SPDX-License-Identifier: MIT
using LbEngine.Admin.Doctor.Findings;

namespace LbEngine.Admin.Doctor.Rules;

/// <summary>Why nothing comes back for a SYN.</summary>
internal static class SilenceRules
{
    public static Verdict Judge(DoctorTarget target, FindingSet seen)
    {
        if (seen.Local is LocalSocketFinding local)
        {
            return SilentHere(target, seen, local);
        }

        if (seen.Host?.Neighbour == NeighbourState.Absent)
        {
            return HostDown(target, seen);
        }

        return seen.HostLives
            ? new Verdict(
                DiagnosisCause.FirewallDrop,
                $"{target.EndPoint.Address} lives, but drops connections to port {target.EndPoint.Port}: a firewall, or a program whose backlog is full",
                Steps.Firewall(seen),
                Steps.Backlog(target, seen),
                Steps.Capture(target, seen))
            : new Verdict(
                DiagnosisCause.NoAnswer,
                $"nothing at all comes back from {target.EndPoint.Address}: a firewall drops everything, the address is wrong, or the host is down",
                Steps.Route(target),
                Steps.Ping(target),
                Steps.Firewall(seen),
                Steps.Addresses(seen));
    }

    /// <summary>Nobody has the address.</summary>
    public static Verdict HostDown(DoctorTarget target, FindingSet seen) => new(
        DiagnosisCause.HostDown,
        $"nobody on this network has {target.EndPoint.Address}: the host is down, or the address is wrong",
        Steps.Neighbours(target),
        Steps.Route(target),
        Steps.Addresses(seen));

    private static Verdict SilentHere(DoctorTarget target, FindingSet seen, LocalSocketFinding local)
    {
        bool isFull = local.Taking is LocalSocket socket && (socket.Backlog is long most ? socket.Queue > most : socket.Queue > 0);
        if (!isFull)
        {
            return new Verdict(
                DiagnosisCause.FirewallDrop,
                $"{target.EndPoint.Address} is this host, which always answers; a firewall rule here drops connections to port {target.EndPoint.Port}",
                Steps.Firewall(seen),
                Steps.Capture(target, seen));
        }

        NextStep[] next = [Steps.Backlog(target, seen), Steps.Load(seen), Steps.Logs(seen)];
        if (seen.Paused is [SocketOwner owner, ..])
        {
            return new Verdict(
                DiagnosisCause.BacklogFull,
                $"{owner.Describe()} accepts no connections, and its backlog is full",
                [Steps.Continue(owner, seen), .. next]);
        }

        return new Verdict(
            DiagnosisCause.BacklogFull,
            $"the backlog is full: the program listens but does not accept fast enough ({local.Taking!.Describe()})",
            next);
    }
}
