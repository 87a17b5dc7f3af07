// SPDX-License-Identifier: MIT
using LbEngine.Health.Active.Probes;
using LbEngine.Transport;
using LbEngine.Transport.Linux;

namespace LbEngine.Health.Active;

/// <summary>What <see cref="ActiveHealth"/> runs on: a way to probe, and what makes it go on.</summary>
internal sealed record HealthDrive(IProber Prober, IHealthLoop Loop)
{
    /// <summary>The right one for a transport and its clock.</summary>
    public static HealthDrive Open(TransportChoice transport, TimeProvider timeProvider)
    {
        if (transport.FindConnectFailure is { } findFailure)
        {
            return new HealthDrive(new MemoryProber(findFailure), new TimerLoop(timeProvider));
        }

        var sockets = new SocketProber(timeProvider);
        if (timeProvider != TimeProvider.System)
        {
            return new HealthDrive(sockets, new TimerLoop(timeProvider));
        }

        HandshakeProber? handshakes = LinuxTransport.IsSupported ? HandshakeProber.TryOpen(timeProvider) : null;
        return new HealthDrive(handshakes is null ? sockets : new LinuxProber(handshakes, sockets), new ThreadLoop(handshakes));
    }
}
