// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Messages;

/// <summary>The last probe of a backend's health.</summary>
internal sealed record ProbeMessage(string Cause, string Result, double AgeSeconds, double DurationSeconds);
