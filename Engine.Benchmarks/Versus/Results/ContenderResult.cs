// SPDX-License-Identifier: MIT
using LbEngine.Benchmarks.Versus.Contenders;
using LbEngine.Benchmarks.Versus.Rows;

namespace LbEngine.Benchmarks.Versus.Results;

/// <summary>The measurements of one contender in one row. Pure.</summary>
/// <param name="Name">The contender.</param>
/// <param name="Role">Ours or a peer.</param>
/// <param name="Cost">What is compared.</param>
/// <param name="Rate">Work per second.</param>
/// <param name="Details">Medians of further figures; of losses the sum.</param>
/// <param name="Errors">Work that failed, in all rounds.</param>
/// <param name="Wrong">Wrong answers, in all rounds.</param>
/// <param name="Note">What was measured once.</param>
internal sealed record ContenderResult(
    string Name,
    ContenderRole Role,
    Spread Cost,
    double Rate,
    IReadOnlyDictionary<string, double> Details,
    long Errors,
    long Wrong,
    string Note)
{
    /// <summary>Losses add up; a median would hide them.</summary>
    private const string Lost = "lost";

    /// <summary>It is no median.</summary>
    public bool IsOnce { get; init; }

    public static ContenderResult Of(Contender contender, IReadOnlyList<Sample> samples, string note)
    {
        Dictionary<string, double> details = samples[0].Details.Keys.ToDictionary(
            name => name,
            name => name == Lost ? samples.Sum(sample => sample.Details[name]) : Spread.Of(samples.Select(sample => sample.Details[name])).Median);
        return new ContenderResult(
            contender.Name,
            contender.Role,
            Spread.Of(samples.Select(sample => sample.Cost)),
            Spread.Of(samples.Select(sample => sample.Rate)).Median,
            details,
            samples.Sum(sample => sample.Errors),
            samples.Sum(sample => sample.Wrong),
            note)
        {
            IsOnce = samples.Count == 1,
        };
    }
}
