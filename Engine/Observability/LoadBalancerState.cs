// SPDX-License-Identifier: MIT
namespace LbEngine.Observability;

/// <summary>Where an engine is in its life; it only moves forward.</summary>
public enum LoadBalancerState
{
    /// <summary>Built, nothing bound yet.</summary>
    Created,

    /// <summary>Accepting.</summary>
    Running,

    /// <summary>Not accepting; live connections go on.</summary>
    Draining,

    /// <summary>Everything is closed and given back.</summary>
    Stopped,
}
