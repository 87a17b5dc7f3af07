// SPDX-License-Identifier: MIT
namespace LbEngine.Resolution;

/// <summary>How often a name is looked up, and how long that may take.</summary>
internal readonly record struct LookupTimes(TimeSpan Interval, TimeSpan Timeout);
