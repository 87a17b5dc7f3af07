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

    /// <summary>So many that what a runtime takes or gives back meanwhile is little beside them.</summary>
    public const int IdleConnections = 4000;

    /// <summary>What a row of <see cref="Rows.IVersusRow.Weight"/> 1 takes, about: the measured seconds, and two to warm up and to start.</summary>
    public double SecondsOfARow(int contenders) => contenders * (Rounds * Seconds + 2);
}
