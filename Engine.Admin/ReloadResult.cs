// SPDX-License-Identifier: MIT
using LbEngine.Configuration;

namespace LbEngine.Admin;

/// <summary>How a reload ended.</summary>
public sealed record ReloadResult
{
    /// <summary>What is different now; empty when nothing is, or when it was refused.</summary>
    public IReadOnlyList<ConfigurationChange> Changes { get; init; } = [];

    /// <summary>What the configuration has that is allowed, but worth a word.</summary>
    public IReadOnlyList<ConfigurationWarning> Warnings { get; init; } = [];

    /// <summary>Why it was refused: mistakes in the configuration, or what a running balancer cannot change. The admin API replies with status 422.</summary>
    public IReadOnlyList<ConfigurationError> Mistakes { get; init; } = [];

    /// <summary>
    /// Why it was refused although the configuration is right, such as an address that is taken; null otherwise. The admin API replies with status
    /// 409.
    /// </summary>
    public string? Conflict { get; init; }

    /// <summary>The file that was read, for the reply; null when there is none.</summary>
    public string? File { get; init; }

    /// <summary>Whether the old configuration goes on whole.</summary>
    public bool IsRefused => Mistakes.Count > 0 || Conflict is not null;
}
