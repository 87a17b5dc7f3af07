// SPDX-License-Identifier: MIT
namespace LbEngine.Lifecycle;

/// <summary>What <see cref="FlowStory"/> has decided.</summary>
/// <param name="Step">What comes next.</param>
/// <param name="Reason">How the flow ends; means nothing unless the step is <see cref="FlowStep.End"/>.</param>
internal readonly record struct FlowVerdict(FlowStep Step, CloseReason Reason = default)
{
    public static FlowVerdict End(CloseReason reason) => new(FlowStep.End, reason);
}
