// SPDX-License-Identifier: MIT
using LbEngine.Backends;

namespace LbEngine.Observability;

/// <summary>The last probe of a backend's health.</summary>
/// <param name="Age">How long ago it ended.</param>
/// <param name="Duration">From its start to its end.</param>
/// <param name="Cause">How it ended.</param>
/// <param name="Result">The same in words, with what is known besides.</param>
public sealed record ProbeStatus(TimeSpan Age, TimeSpan Duration, ProbeCause Cause, string Result);
