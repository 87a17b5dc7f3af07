// SPDX-License-Identifier: MIT
using LbEngine.Backends;

namespace LbEngine.Control.Operator;

/// <summary>One moment at which the operator has set the state of a backend: to another one, or to the same with another deadline.</summary>
/// <param name="Backend">The backend.</param>
/// <param name="Number">Which of all such moments this was.</param>
internal readonly record struct StateChange(Backend Backend, int Number)
{
    /// <summary>False once the operator has set it again, even when the state looks the same by now. Any thread.</summary>
    public bool IsLatest => Backend.StateChanges == Number;
}
