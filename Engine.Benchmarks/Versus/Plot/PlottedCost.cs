// SPDX-License-Identifier: MIT
namespace LbEngine.Benchmarks.Versus.Plot;

/// <summary>What a row costs one contender, as a part of what it costs the cheapest peer.</summary>
/// <param name="Contender">Its name.</param>
/// <param name="Ratio">1 for that peer.</param>
/// <param name="HasLost">Cheap, because part of the work was not done.</param>
internal sealed record PlottedCost(string Contender, double Ratio, bool HasLost);
