// SPDX-License-Identifier: MIT
namespace LbEngine.Benchmarks.Versus;

/// <summary>How much is measured, and where.</summary>
/// <param name="Rounds">Measured rounds of each row; the contenders take turns within each.</param>
/// <param name="Seconds">Length of one measurement.</param>
/// <param name="IsQuick">Too short for more than a hint.</param>
/// <param name="BalancerCore">Where all balancers run, as taskset takes it.</param>
/// <param name="LoadCores">Where load and backends run.</param>
/// <param name="ConsoleHost">Path of lb.dll.</param>
/// <param name="NativeHost">Path of lb as a native program, which takes part then; null for none.</param>
internal sealed record VersusPlan(
    int Rounds,
    int Seconds,
    bool IsQuick,
    string BalancerCore,
    string LoadCores,
    string ConsoleHost,
    string? NativeHost = null)
{
    public const int DefaultRounds = 5;
    public const int QuickRounds = 3;

    /// <summary>A verdict on a budget needs medians that somebody can trust.</summary>
    public bool GivesVerdicts => !IsQuick && Rounds >= DefaultRounds;

    public int IdleConnections => IsQuick ? 1000 : 4000;
}
