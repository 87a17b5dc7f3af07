// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Admin.Doctor.Findings;

namespace LbEngine.Admin.Doctor.Rules;

/// <summary>What is wrong with a UDP backend. UDP itself says nothing: without an expected answer only ICMP, and signs of the host, tell anything.</summary>
internal static class DatagramRules
{
    /// <summary>Null when nothing is wrong, as far as can be told.</summary>
    public static Verdict? Judge(DoctorTarget target, FindingSet seen) => seen.Datagram switch
    {
        { Outcome: DatagramOutcome.Refused } => Refused(target, seen),
        { Outcome: DatagramOutcome.Unreachable } => ConnectRules.Unreachable(target, seen),
        { Outcome: DatagramOutcome.NotTried } datagram => ConnectRules.NotTried(datagram.Detail),
        { Outcome: DatagramOutcome.Silent } => Silent(target, seen),
        { IsExpected: false } => new Verdict(
            DiagnosisCause.WrongAnswer,
            "the backend answers, but not what the check expects: another program has this port, or the check is wrong",
            Steps.Listeners(target, seen)),
        { } datagram when target.Expect is not null && datagram.Elapsed > datagram.Timeout => new Verdict(
            DiagnosisCause.SlowAnswer,
            $"the answer is right, but takes {Figures.Time(datagram.Elapsed)}; the time-out is {Figures.Time(datagram.Timeout)}",
            Steps.Load(seen)),
        _ => null,
    };

    private static Verdict Refused(DoctorTarget target, FindingSet seen)
    {
        IPEndPoint at = target.EndPoint;
        if (seen.Local is { SamePort.Count: > 0 } local)
        {
            string who = local.SamePort[0].Describe();
            return local.Taking is not null
                ? new Verdict(
                    DiagnosisCause.FirewallReject,
                    $"something listens at {at} ({who}), yet datagrams are refused: a firewall of this host rejects them",
                    Steps.Firewall(seen))
                : new Verdict(
                    local.IsLoopbackOnly ? DiagnosisCause.LoopbackOnly : DiagnosisCause.OtherAddressOnly,
                    $"the program listens on another address ({who}), not at {at}: let it listen on {at.Address} or 0.0.0.0",
                    Steps.Listeners(target, seen));
        }

        return new Verdict(
            DiagnosisCause.Refused,
            $"nothing listens on UDP port {at.Port} of {at.Address}{(seen.Local is null ? ", or a firewall rejects it" : "")}",
            Steps.Listeners(target, seen),
            Steps.Services(seen),
            Steps.Firewall(seen));
    }

    private static Verdict? Silent(DoctorTarget target, FindingSet seen)
    {
        if (seen.Paused is [SocketOwner owner, ..] && seen.IsAllPaused)
        {
            return WaitRules.Paused(owner, seen);
        }

        if (seen.Host?.Neighbour == NeighbourState.Absent)
        {
            return SilenceRules.HostDown(target, seen);
        }

        if (seen.Local is { Taking: null })
        {
            return new Verdict(
                DiagnosisCause.FirewallDrop,
                $"nothing listens at {target.EndPoint} of this host, yet no ICMP says so: a firewall rule here drops",
                Steps.Firewall(seen),
                Steps.Listeners(target, seen));
        }

        if (target.Expect is null)
        {
            // Most programs answer only what they understand, so that silence is no fault of itself.
            return seen.Local is not null || seen.HostLives
                ? null
                : new Verdict(
                    DiagnosisCause.NoAnswer,
                    $"nothing at all comes back from {target.EndPoint.Address}: a firewall drops everything, the address is wrong, or the host is down",
                    Steps.Route(target),
                    Steps.Ping(target),
                    Steps.Capture(target, seen));
        }

        return new Verdict(
            DiagnosisCause.Silent,
            $"no answer from {target.EndPoint}: a firewall drops, the program hangs, or it does not know this request",
            Steps.Capture(target, seen),
            Steps.Listeners(target, seen),
            Steps.Firewall(seen));
    }
}
