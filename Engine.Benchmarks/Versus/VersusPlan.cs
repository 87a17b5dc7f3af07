// SPDX-License-Identifier: MIT
namespace LbEngine.Benchmarks.Versus;

/// <summary>How much is measured, and where.</summary>
/// <param name="Rounds">Measured rounds of each row; the contenders take turns within each.</param>
/// <param name="Seconds">Length of one measurement.</param>
/// <param name="WarmUpSeconds">Length of the round before, which is thrown away: code is compiled, caches and pools fill.</param>
/// <param name="IsQuick">Too short for more than a hint.</param>
/// <param name="BalancerCore">Where all balancers run, as taskset takes it.</param>
/// <param name="LoadCores">Where load and backends run.</param>
/// <param name="ConsoleHost">Path of lb.dll.</param>
internal sealed record VersusPlan(int Rounds, int Seconds, int WarmUpSeconds, bool IsQuick, string BalancerCore, string LoadCores, string ConsoleHost)
{
    public const int FewestRounds = 5;

    public int IdleConnections => IsQuick ? 1000 : 4000;
}
