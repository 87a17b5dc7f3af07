// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Doctor.Findings;

/// <summary>What the running balancer says of the backend.</summary>
internal sealed record BalancerFinding(BalancerView View) : Finding
{
    public override IEnumerable<string> Evidence => View.Describe();
}
