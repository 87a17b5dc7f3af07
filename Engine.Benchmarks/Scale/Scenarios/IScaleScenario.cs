// SPDX-License-Identifier: MIT
using LbEngine.Benchmarks.Scale.Curves;

namespace LbEngine.Benchmarks.Scale.Scenarios;

/// <summary>One thing that grows, and what it costs.</summary>
internal interface IScaleScenario
{
    /// <summary>As <c>--only</c> takes it.</summary>
    string Name { get; }

    IReadOnlyList<ScaleCurve> Run(ScalePlan plan);
}
