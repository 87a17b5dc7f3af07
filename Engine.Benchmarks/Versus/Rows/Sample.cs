// SPDX-License-Identifier: MIT
namespace LbEngine.Benchmarks.Versus.Rows;

/// <summary>One measurement of one contender.</summary>
/// <param name="Cost">What is compared: less is better.</param>
/// <param name="Rate">Work per second, in the row's unit of work.</param>
/// <param name="Details">Further figures by name; medians of them are shown.</param>
/// <param name="Errors">Work that failed, as the load tool counts it.</param>
/// <param name="Wrong">Answers that belong to somebody else, or are damaged: the run fails.</param>
internal sealed record Sample(double Cost, double Rate, IReadOnlyDictionary<string, double> Details, long Errors = 0, long Wrong = 0);
