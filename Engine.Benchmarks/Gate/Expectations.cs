// SPDX-License-Identifier: MIT
namespace LbEngine.Benchmarks.Gate;

/// <summary>What the gate expects. A change that makes a structure faster may raise its figure; one that lowers it has to say why.</summary>
/// <remarks>
/// Recorded near the lower end of runs on two machines, AMD EPYC, 2 cores, shared, kernel 6.18, .NET 10.0, without profile-guided optimisation: eight on
/// one, and ten quiet and ten beside two busy threads on the other. Where the machines differ, the lower figure counts: the same build gave
/// <c>weighted-least-connections, 16 backends</c> 0.60 on the first and 0.36 to 0.46 on the second.
/// </remarks>
internal static class Expectations
{
    /// <summary>
    /// A ratio may lie this share below what is recorded: processors differ in caches and in the cost of interlocked operations, and CI shares its
    /// machines.
    /// </summary>
    public const double Margin = 0.4;

    /// <summary>
    /// A ratio that is too low is measured again, up to this many times in all: others on the machine can disturb one measurement, a slower structure
    /// is slower each time.
    /// </summary>
    public const int MostTries = 3;

    /// <summary>Times as fast as the baseline, by the name of the case; null where only allocation counts.</summary>
    public static IReadOnlyDictionary<string, double?> Ratios { get; } = new Dictionary<string, double?>
    {
        ["weighted-least-connections, 16 backends"] = 0.40,
        ["weighted-least-connections, all idle, 16 backends"] = 0.25,
        ["smooth-weighted-round-robin, 16 backends"] = 1.45,
        ["power-of-two-choices, 16 backends"] = 0.52,
        ["source-hash, 16 backends"] = 1.7,
        ["weighted-least-connections, 1000 backends"] = 0.50,
        ["weighted-least-connections, all idle, 1000 backends"] = 0.52,
        ["smooth-weighted-round-robin, 1000 backends"] = 40,
        ["power-of-two-choices, 1000 backends"] = 15,
        ["source-hash, 1000 backends"] = 60,
        ["ConnectionTable, look up a flow"] = 0.57,
        ["ConnectionTable, add and remove a flow"] = 0.66,
        ["ConnectionTable, add and remove a connection"] = 3.5,
        ["AffinityTable, look up and release"] = 2.0,
        ["AffinityTable, pin in a full table"] = null,
        ["TimerWheel, schedule and cancel"] = 2.6,
        ["TimerWheel, advance and schedule again"] = 0.8,
    };
}
