// SPDX-License-Identifier: MIT
namespace LbEngine.Scheduling;

/// <summary>Names of the built-in schedulers, as written in a configuration.</summary>
public static class SchedulerNames
{
    /// <summary>The default: smallest ratio of connections to weight, ties by smooth weighted round robin. One look at every backend per pick.</summary>
    public const string WeightedLeastConnections = "weighted-least-connections";

    /// <summary>Turns in proportion to weight, spread evenly as nginx does it. One interlocked increment per pick.</summary>
    public const string SmoothWeightedRoundRobin = "smooth-weighted-round-robin";

    /// <summary>Two distinct draws in proportion to weight, the less loaded wins. Two looks per pick, good for very many backends.</summary>
    public const string PowerOfTwoChoices = "power-of-two-choices";

    /// <summary>Maglev hashing of the client address: the same client meets the same backend on every node. One table read per pick.</summary>
    public const string SourceHash = "source-hash";
}
