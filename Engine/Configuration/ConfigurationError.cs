// SPDX-License-Identifier: MIT
using LbEngine.Configuration.Text;

namespace LbEngine.Configuration;

/// <summary>One mistake in a configuration: where it is and what to write instead.</summary>
/// <param name="Path">The setting, such as <c>pools.site.backends.a.weight</c>; empty for the document as a whole.</param>
/// <param name="Message">What is wrong and what is right.</param>
/// <param name="Line">The line in the file, from 1; null when there is no file or no line.</param>
public readonly record struct ConfigurationError(string Path, string Message, int? Line = null)
{
    /// <summary>The file of <see cref="Line"/>, where a configuration consists of several; null for the first of them.</summary>
    public string? File { get; init; }

    /// <summary>The mistake as one line of text: <c>line 12: pools.site.backends.a.weight: must be from 0 to 65535, was -3</c>.</summary>
    public override string ToString() => ConfigurationText.Locate(Path, Message, Line, File);
}
