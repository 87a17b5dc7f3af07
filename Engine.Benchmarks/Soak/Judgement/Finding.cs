// SPDX-License-Identifier: MIT
namespace LbEngine.Benchmarks.Soak.Judgement;

/// <summary>Something that nothing explains.</summary>
/// <param name="At">In seconds of the run.</param>
/// <param name="Text">What.</param>
internal sealed record Finding(double At, string Text);
