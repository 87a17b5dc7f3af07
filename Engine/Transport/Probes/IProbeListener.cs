// SPDX-License-Identifier: MIT
using LbEngine.Backends;

namespace LbEngine.Transport.Probes;

/// <summary>Hears of the end of a probe.</summary>
internal interface IProbeListener
{
    /// <summary>Called once per probe, on any thread, perhaps before the probe's start has returned. Must not block nor throw.</summary>
    void OnProbed(ProbeResult result);
}
