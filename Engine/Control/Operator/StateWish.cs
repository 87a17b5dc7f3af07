// SPDX-License-Identifier: MIT
using LbEngine.Backends;

namespace LbEngine.Control.Operator;

/// <summary>What the operator wanted of a backend at one moment: a state, or the same state with another deadline.</summary>
/// <param name="Backend">The backend.</param>
/// <param name="Number">Which of all wishes for it this was.</param>
internal readonly record struct StateWish(Backend Backend, int Number)
{
    /// <summary>False once anything else was wanted, even when the state looks the same again by now. Any thread.</summary>
    public bool IsLatest => Backend.StateWishes == Number;
}
