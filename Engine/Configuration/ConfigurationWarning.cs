// SPDX-License-Identifier: MIT
using LbEngine.Configuration.Text;

namespace LbEngine.Configuration;

/// <summary>One thing in a configuration that is allowed, but probably not what its author thinks.</summary>
/// <param name="Path">The setting, such as <c>pools.site.health</c>.</param>
/// <param name="Message">What to know about it.</param>
/// <param name="Line">The line in the file, from 1; null when there is no file or no line.</param>
public readonly record struct ConfigurationWarning(string Path, string Message, int? Line = null)
{
    /// <summary>The file of <see cref="Line"/>, where a configuration consists of several; null for the first of them.</summary>
    public string? File { get; init; }

    /// <summary>The warning as one line of text: <c>line 12: pools.site.health: accepted, but without effect in this version</c>.</summary>
    public override string ToString() => ConfigurationText.Locate(Path, Message, Line, File);
}
