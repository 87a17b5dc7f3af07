// SPDX-License-Identifier: MIT
namespace LbEngine.Benchmarks.Soak;

/// <summary>What was asked for.</summary>
/// <param name="Minutes">How long faults go on.</param>
/// <param name="Transport"><c>linux</c> or <c>sockets</c>.</param>
/// <param name="Seed">The same seed makes the same plans and the same schedule.</param>
/// <param name="OpenFiles">The balancer's descriptor limit: small, so that crowds meet it.</param>
/// <param name="Streams">TCP clients at once.</param>
/// <param name="Flows">UDP clients at once.</param>
/// <param name="HasFirewall">The run has a network namespace of its own, and may put rules into it.</param>
internal sealed record SoakSettings(double Minutes, string Transport, ulong Seed, int OpenFiles, int Streams, int Flows, bool HasFirewall)
{
    public double Seconds => Minutes * 60;

    /// <summary>From here on nothing that has counts of its own comes or goes.</summary>
    public double SettledFrom => Seconds * 0.6;

    /// <summary>When the last process takes over, with the settled configuration.</summary>
    public double LastTakeOver => SettledFrom + 2;

    public bool CanTakeOver => Transport == "linux";
}
