// SPDX-License-Identifier: MIT
using System.Net;

namespace LbEngine.Admin.Doctor.Findings;

/// <summary>Signs of life of a host besides the examined port.</summary>
/// <param name="Address">The host.</param>
/// <param name="PingTime">When it answered ICMP echo; null when it did not within <paramref name="PingLimit"/>.</param>
/// <param name="PingLimit">How long was waited; null when this host may not send ICMP echo.</param>
/// <param name="Neighbour">What the link knows of it.</param>
internal sealed record HostFinding(IPAddress Address, TimeSpan? PingTime, TimeSpan? PingLimit, NeighbourState Neighbour) : Finding
{
    public bool IsAlive => PingTime is not null || Neighbour == NeighbourState.Present;

    public override IEnumerable<string> Evidence
    {
        get
        {
            if (PingLimit is TimeSpan limit)
            {
                yield return PingTime is TimeSpan time
                    ? $"{Address} answers ping after {Figures.Time(time)}"
                    : $"{Address} does not answer ping within {Figures.Time(limit)}";
            }

            if (Neighbour != NeighbourState.Unknown)
            {
                yield return Neighbour == NeighbourState.Present
                    ? $"{Address} answers ARP on this network"
                    : $"nobody on this network answers ARP for {Address}";
            }
        }
    }
}
