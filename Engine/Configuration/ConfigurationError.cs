// SPDX-License-Identifier: MIT
namespace LbEngine.Configuration;

/// <summary>One mistake in a configuration.</summary>
/// <param name="Path">Where, such as <c>pools.site.backends.a.weight</c>.</param>
/// <param name="Message">What is wrong and what to write instead.</param>
/// <param name="Line">Line in the file, from 1; null where the source has no lines.</param>
public readonly record struct ConfigurationError(string Path, string Message, int? Line = null)
{
    /// <summary>As shown to people.</summary>
    public override string ToString() => Line is int line ? $"line {line}: {Path}: {Message}" : $"{Path}: {Message}";
}
