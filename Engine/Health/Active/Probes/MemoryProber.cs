// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Backends;
using LbEngine.Lifecycle;

namespace LbEngine.Health.Active.Probes;

/// <summary>Probes of a network in memory: they see whether a backend accepts, whatever the check asks.</summary>
internal sealed class MemoryProber : IProber
{
    private readonly Func<IPEndPoint, ConnectFailure?> _findFailure;

    public MemoryProber(Func<IPEndPoint, ConnectFailure?> findFailure) => _findFailure = findFailure;

    public void Start(HealthCheck check, IPEndPoint address, IProbeListener listener) => listener.OnProbed(_findFailure(address) switch
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
