// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Messages;

/// <summary>Backends, and the host names that some of them come from: the reply of <c>GET /v1/backends</c>, and of a change to one of them.</summary>
/// <param name="Backends">In the order of the configuration; then those that a reload has removed and that still have connections.</param>
/// <param name="Names">The host names that some of them come from; null in a reply about one backend.</param>
public sealed record BackendListMessage(IReadOnlyList<BackendMessage> Backends, IReadOnlyList<NameMessage>? Names = null)
{
    /// <summary>
    /// The process that this balancer took over from still runs: it may have connections to every backend, which are not among these. Always false in a reply
    /// about one backend.
    /// </summary>
    public bool PredecessorRuns { get; init; }

    /// <summary>The time over which rates are taken; null from a balancer that has none.</summary>
    public double? RatesOverSeconds { get; init; }
}
