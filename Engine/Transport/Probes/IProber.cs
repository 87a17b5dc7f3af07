// SPDX-License-Identifier: MIT
using System.Net;

namespace LbEngine.Transport.Probes;

/// <summary>A way to probe backends: over sockets, or in memory. Starts are made by one caller at a time.</summary>
internal interface IProber : IDisposable
{
    /// <summary>
    /// Starts one probe. Neither blocks nor throws; the listener hears of its end, at the latest a moment after the check's time-out, exactly once
    /// until <see cref="IDisposable.Dispose"/>.
    /// </summary>
    /// <param name="check">What is asked.</param>
    /// <param name="address">Where, the check's own port included.</param>
    /// <param name="listener">Who hears of it.</param>
    void Start(HealthCheck check, IPEndPoint address, IProbeListener listener);
}
