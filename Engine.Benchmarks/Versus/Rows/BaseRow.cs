// SPDX-License-Identifier: MIT
using LbEngine.Benchmarks.Versus.Contenders;

namespace LbEngine.Benchmarks.Versus.Rows;

/// <summary>What a balancer occupies before its first client. Comes before all other rows.</summary>
internal sealed class BaseRow : IVersusRow
{
    public string Name => "base";

    public string Title => "Memory before the first client: megabytes that are resident";

    public string Command => "VmRSS after the start";

    public bool Includes(Contender contender) => contender.IsBalancer;

    public bool IsOnce => true;

    public double Weight => 0.1;

    public Sample Measure(Ring ring, Contender contender, int seconds) =>
        new(ring[contender].ReadResidentBytes() / 1e6, 0, new Dictionary<string, double>());

    public string Dissect(Ring ring, Contender contender) => "";
}
