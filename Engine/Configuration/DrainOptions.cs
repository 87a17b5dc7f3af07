// SPDX-License-Identifier: MIT
namespace LbEngine.Configuration;

/// <summary>How an engine that stops treats its live connections.</summary>
public sealed class DrainOptions
{
    /// <summary>How long live connections may take to end by themselves, 0 to 24 hours. Default 300 s.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(300);

    /// <summary>What is left is then closed spread over this time, so that clients do not all come back at once, 0 to 1 hour. Default 30 s.</summary>
    public TimeSpan Spread { get; set; } = TimeSpan.FromSeconds(30);
}
