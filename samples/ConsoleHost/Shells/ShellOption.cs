// SPDX-License-Identifier: MIT
namespace LbEngine.ConsoleHost.Shells;

/// <summary>An option, as a shell sees it.</summary>
/// <param name="Names">All of them, the long one last.</param>
/// <param name="Meaning">A sentence.</param>
/// <param name="Value">What follows it; null for a switch.</param>
internal sealed record ShellOption(IReadOnlyList<string> Names, string Meaning, ShellValue? Value)
{
    public string LongName => Names[^1];
}
