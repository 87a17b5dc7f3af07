// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Messages;

/// <summary>One difference between two configurations.</summary>
/// <param name="Kind"><c>added</c>, <c>removed</c> or <c>changed</c>.</param>
/// <param name="Path">Such as <c>pools.site.backends.a.weight</c>.</param>
/// <param name="Before">What it was; empty when it was added.</param>
/// <param name="After">What it is; empty when it was removed.</param>
/// <param name="Connections">Live connections and flows that it concerns.</param>
public sealed record ChangeMessage(string Kind, string Path, string Before, string After, int Connections);
