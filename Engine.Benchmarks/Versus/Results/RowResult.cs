// SPDX-License-Identifier: MIT
using LbEngine.Benchmarks.Versus.Contenders;

namespace LbEngine.Benchmarks.Versus.Results;

/// <summary>All measurements of one row. Pure.</summary>
/// <param name="Name">The row's word.</param>
/// <param name="Title">What was measured.</param>
/// <param name="Command">How the load was made.</param>
/// <param name="Contenders">One result for each, in the order of the table.</param>
internal sealed record RowResult(string Name, string Title, string Command, IReadOnlyList<ContenderResult> Contenders)
{
    /// <summary>The peer with the smallest median, which is the opponent; null without peers.</summary>
    public ContenderResult? BestPeer => Contenders.Where(one => one.Role == ContenderRole.Peer).MinBy(one => one.Cost.Median);

    public ContenderResult? Find(string name) => Contenders.FirstOrDefault(one => one.Name == name);

    /// <summary>What part of the best peer's cost a contender has; NaN without peers.</summary>
    public double Ratio(ContenderResult contender) => BestPeer is ContenderResult best ? contender.Cost.Median / best.Cost.Median : double.NaN;
}
