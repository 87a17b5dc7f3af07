// SPDX-License-Identifier: MIT
using LbEngine.Configuration;

namespace LbEngine.ConsoleHost.Control;

/// <summary>How a reload ended.</summary>
/// <param name="Changes">What is different now; empty when nothing is, or when it was refused.</param>
/// <param name="Warnings">What the file has that is allowed, but worth a word.</param>
/// <param name="Mistakes">Why it was refused: in the file, or in what a running balancer can change.</param>
/// <param name="Conflict">Why it was refused although the file is right, such as an address that is taken; null otherwise.</param>
internal sealed record ReloadResult(
    IReadOnlyList<ConfigurationChange> Changes,
    IReadOnlyList<ConfigurationWarning> Warnings,
    IReadOnlyList<ConfigurationError> Mistakes,
    string? Conflict)
{
    public bool IsRefused => Mistakes.Count > 0 || Conflict is not null;
}
