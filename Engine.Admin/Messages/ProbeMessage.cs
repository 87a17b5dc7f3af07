// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Messages;

/// <summary>The last probe of a backend's health.</summary>
/// <param name="Cause">How it ended, such as <c>success</c>, <c>refused</c>, <c>noAnswer</c>, <c>wrongStatus</c>, <c>slow</c>.</param>
/// <param name="Result">The same in words.</param>
/// <param name="AgeSeconds">How long ago it ended.</param>
/// <param name="DurationSeconds">How long it took.</param>
public sealed record ProbeMessage(string Cause, string Result, double AgeSeconds, double DurationSeconds);
