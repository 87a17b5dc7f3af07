// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Doctor.Findings;

/// <summary>Whether ICMP "destination unreachable" reached this host with every attempt to connect, while none came between the attempts.</summary>
internal sealed record IcmpFinding(bool CameWithEach, int Attempts) : Finding
{
    public override IEnumerable<string> Evidence => CameWithEach
        ? [$"ICMP 'destination unreachable' came with each of {Attempts} attempts to connect: a firewall or router answers, not the program's host"]
        : [];
}
