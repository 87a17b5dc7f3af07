// SPDX-License-Identifier: MIT
namespace LbEngine.Benchmarks.Scale;

/// <summary>How thorough a run is.</summary>
/// <param name="IsQuick">True: one short round with few points, to see that everything works.</param>
/// <param name="Cores">Processors of this machine.</param>
internal sealed record ScalePlan(bool IsQuick, int Cores)
{
    /// <summary>Requests in flight: few, so that the balancer's batches do not grow with the connections.</summary>
    public const int InFlight = 8;

    public int Rounds => IsQuick ? 1 : 5;

    public TimeSpan WarmUp => TimeSpan.FromSeconds(IsQuick ? 1.5 : 3);

    /// <summary>How long each point is measured in each round.</summary>
    public TimeSpan Window => TimeSpan.FromSeconds(IsQuick ? 0.3 : 1);

    /// <summary>Short connections of each point in each round.</summary>
    public int ShortConnections => IsQuick ? 1500 : 4000;

    /// <summary>Short connections before anything counts: the runtime compiles in the background for a while, on the balancer's account.</summary>
    public int WarmUpConnections => IsQuick ? 15_000 : 25_000;

    public IReadOnlyList<int> Connections => IsQuick ? [10, 1000, 9000] : [10, 100, 1000, 3000, 9000];

    public IReadOnlyList<int> Backends => IsQuick ? [2, 100, 10_000] : [2, 16, 100, 1000, 10_000];

    public IReadOnlyList<int> Flows => IsQuick ? [100, 18_000] : [100, 1000, 5000, 10_000, 18_000];

    public IReadOnlyList<int> Listeners => IsQuick ? [1, 1000] : [1, 10, 100, 1000];

    /// <summary>Powers of two up to the number of cores, and that number.</summary>
    public IReadOnlyList<int> Reactors => [.. Enumerable.Range(0, 11).Select(power => 1 << power).Where(count => count < Cores), Cores];
}
