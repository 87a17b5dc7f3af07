// SPDX-License-Identifier: MIT
using System.Net;

namespace LbEngine.Admin.Doctor.Findings;

/// <summary>What the resolver of this host says of the backend's name.</summary>
/// <param name="Host">The name.</param>
/// <param name="Port">The port that goes with it.</param>
/// <param name="Addresses">What it stands for.</param>
/// <param name="Failure">Why there is no address; null when there is one.</param>
/// <param name="Elapsed">How long the resolver took.</param>
internal sealed record NameFinding(string Host, int Port, IReadOnlyList<IPAddress> Addresses, string? Failure, TimeSpan Elapsed) : Finding
{
    private const int MostShown = 8;

    /// <summary>What the running balancer says of the name; null when it says nothing, or none was asked.</summary>
    public string? BalancerSays { get; init; }

    public override IEnumerable<string> Evidence
    {
        get
        {
            if (BalancerSays is not null)
            {
                yield return $"the balancer says: {BalancerSays}";
            }

            string more = Addresses.Count > MostShown ? $" and {Addresses.Count - MostShown} more" : "";
            yield return Failure is null
                ? $"{Host} resolves here to {string.Join(", ", Addresses.Take(MostShown))}{more} after {Figures.Time(Elapsed)}"
                : $"looking {Host} up failed after {Figures.Time(Elapsed)}: {Failure}";
        }
    }
}
