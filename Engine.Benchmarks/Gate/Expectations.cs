// SPDX-License-Identifier: MIT
namespace LbEngine.Benchmarks.Gate;

/// <summary>What the gate expects. A change that makes a structure faster may raise its figure; one that lowers it has to say why.</summary>
/// <remarks>Recorded as the lowest of ten runs on an AMD EPYC (Zen 5), 2 cores, shared, kernel 6.18, .NET 10.</remarks>
internal static class Expectations
{
    /// <summary>A ratio may lie this share below what is recorded: processors differ in caches and in the cost of interlocked operations, and CI shares its machines.</summary>
    public const double Margin = 0.4;

    /// <summary>A ratio that is too low is measured again, up to this many times in all: others on the machine can disturb one measurement, a slower structure is slower each time.</summary>
    public const int MostTries = 3;

    /// <summary>Times as fast as the baseline, by the name of the case; null where only allocation counts.</summary>
    public static IReadOnlyDictionary<string, double?> Ratios { get; } = new Dictionary<string, double?>
    {
        ["weighted-least-connections, 16 backends"] = 0.79,
        ["weighted-least-connections, all idle, 16 backends"] = 0.48,
        ["smooth-weighted-round-robin, 16 backends"] = 1.74,
        ["power-of-two-choices, 16 backends"] = 0.67,
        ["source-hash, 16 backends"] = 2.4,
        ["weighted-least-connections, 1000 backends"] = 0.70,
        ["weighted-least-connections, all idle, 1000 backends"] = 0.69,
        ["smooth-weighted-round-robin, 1000 backends"] = 46,
        ["power-of-two-choices, 1000 backends"] = 18,
        ["source-hash, 1000 backends"] = 65,
        ["ConnectionTable, look up a flow"] = 0.97,
        ["ConnectionTable, add and remove a flow"] = 1.06,
        ["ConnectionTable, add and remove a connection"] = 2.5,
        ["AffinityTable, look up and release"] = 2.9,
        ["AffinityTable, pin in a full table"] = null,
        ["TimerWheel, schedule and cancel"] = 3.7,
        ["TimerWheel, advance and schedule again"] = 2.1,
    };
}
