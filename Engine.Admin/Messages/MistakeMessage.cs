// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Messages;

/// <summary>One mistake in, or one warning about, a configuration.</summary>
/// <param name="Path">Such as <c>pools.site.backends.a.weight</c>; empty when it is about the whole.</param>
/// <param name="Message">What is wrong, for people.</param>
/// <param name="Line">Where, from 1; null when that is not known.</param>
public sealed record MistakeMessage(string Path, string Message, int? Line)
{
    /// <summary>The file of <see cref="Line"/>, where a configuration includes others; null for the first of them.</summary>
    public string? File { get; init; }
}
