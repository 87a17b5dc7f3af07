// SPDX-License-Identifier: MIT
namespace LbEngine.Configuration;

/// <summary>TCP keep-alive: how a peer that vanished without a word is noticed.</summary>
public sealed class KeepAliveOptions
{
    /// <summary>Silence before the first probe, 1 s to 9 hours, whole seconds. Default 60 s.</summary>
    public TimeSpan Idle { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Time between probes, 1 s to 9 hours, whole seconds. Default 10 s.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Unanswered probes until the connection counts as reset, 1 to 127. Default 3.</summary>
    public int Probes { get; set; } = 3;
}
