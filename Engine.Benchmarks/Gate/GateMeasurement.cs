// SPDX-License-Identifier: MIT
namespace LbEngine.Benchmarks.Gate;

/// <summary>What one measurement of a case gave.</summary>
/// <param name="BytesPerOperation">Managed memory that the structure allocated on this thread.</param>
/// <param name="Ratio">Median of the rounds: how often the structure makes the operation while the baseline makes it once; null without a baseline.</param>
internal readonly record struct GateMeasurement(double BytesPerOperation, double? Ratio);
