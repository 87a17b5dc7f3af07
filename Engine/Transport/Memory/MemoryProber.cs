// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Backends;
using LbEngine.Lifecycle;
using LbEngine.Transport.Probes;

namespace LbEngine.Testing;

/// <summary>Probes of a network in memory: they see whether a backend accepts, whatever the check asks.</summary>
internal sealed class MemoryProber : IProber
{
    private readonly MemoryNetwork _network;

    public MemoryProber(MemoryNetwork network) => _network = network;

    public void Start(HealthCheck check, IPEndPoint address, IProbeListener listener) => listener.OnProbed(_network.FindConnectFailure(address) switch
    {
        null => new ProbeResult(ProbeCause.Success, TimeSpan.Zero),
        ConnectFailure.Refused => new ProbeResult(ProbeCause.Refused, TimeSpan.Zero),
        ConnectFailure.TimedOut => new ProbeResult(ProbeCause.NoAnswer, check.Timeout),
        _ => new ProbeResult(ProbeCause.Unreachable, TimeSpan.Zero),
    });

    public void Dispose()
    {
        // Nothing is under way between two calls.
    }
}
