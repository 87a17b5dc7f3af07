// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Messages;

/// <summary>The configuration in force.</summary>
/// <param name="LoadedSecondsAgo">Since it was loaded at the start, or by a reload, be it one that changed nothing.</param>
/// <param name="File">The file that it comes from; null where the host names none.</param>
/// <param name="FileState"><c>loaded</c> when the file still says the same, <c>changed</c> when it says something that is not loaded, <c>missing</c> when it
/// cannot be read; null without a file.</param>
public sealed record ConfigurationMessage(double LoadedSecondsAgo, string? File = null, string? FileState = null);
