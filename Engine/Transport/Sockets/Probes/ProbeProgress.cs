// SPDX-License-Identifier: MIT
using LbEngine.Backends;

namespace LbEngine.Transport.Sockets.Probes;

/// <summary>How far a probe has come: what the same error means depends on it. One probe's own.</summary>
internal sealed class ProbeProgress
{
    /// <summary>True once the connection was opened.</summary>
    public bool IsConnected { get; set; }

    /// <summary>True while TLS is agreed on.</summary>
    public bool IsSecuring { get; set; }

    /// <summary>What it means when the time is over now.</summary>
    public ProbeCause AtTimeout { get; set; } = ProbeCause.NoAnswer;
}
