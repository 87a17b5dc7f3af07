// SPDX-License-Identifier: MIT
namespace LbEngine.Benchmarks.Soak.Faults;

/// <summary>A time in which something was done that explains what clients saw.</summary>
/// <param name="kind">What was done.</param>
/// <param name="backend">To whom; -1: to nobody in particular.</param>
/// <param name="client">To which client's connection; null: to none in particular.</param>
/// <param name="from">In seconds of the run.</param>
internal sealed class Excuse(FaultKind kind, int backend, string? client, double from)
{
    public FaultKind Kind => kind;

    public int Backend => backend;

    public string? Client => client;

    public double From => from;

    /// <summary>Infinite as long as it goes on.</summary>
    public double To { get; set; } = double.PositiveInfinity;

    public bool Overlaps(double start, double end) => from <= end && start <= To;
}
