// SPDX-License-Identifier: MIT
namespace LbEngine.Benchmarks.Gate;

/// <summary>One operation that must not become slower or allocate.</summary>
/// <param name="Name">What it is, as <see cref="Expectations"/> knows it.</param>
/// <param name="Operations">Operations of one call, of both sides alike.</param>
/// <param name="Run">Makes the operations on this thread.</param>
/// <param name="Baseline">What <paramref name="RunBaseline"/> uses.</param>
/// <param name="RunBaseline">Makes them with the obvious alternative; null where there is none, and then only allocation counts.</param>
internal sealed record GateCase(string Name, int Operations, Action Run, string Baseline = "", Action? RunBaseline = null);
