// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Backends;
using LbEngine.Transport.Linux.Interop;
using LbEngine.Transport.Probes;
using LbEngine.Transport.Sockets.Probes;

namespace LbEngine.Transport.Linux.Probes;

/// <summary>Probes of Linux: handshakes over epoll on the thread of health checks, everything else over System.Net.Sockets.</summary>
internal sealed class LinuxProber : IProber
{
    private readonly HandshakeProber _handshakes;
    private readonly SocketProber _sockets;

    public LinuxProber(HandshakeProber handshakes, SocketProber sockets)
    {
        _handshakes = handshakes;
        _sockets = sockets;
    }

    /// <summary>Opens what health checks run on; without handshakes of its own where no descriptor is left, or where somebody else moves the clock.</summary>
    public static ProbeDrive Open(TimeProvider timeProvider)
    {
        if (timeProvider != TimeProvider.System || HandshakeProber.TryOpen(timeProvider) is not HandshakeProber handshakes)
        {
            return SocketProber.Open(timeProvider);
        }

        return new ProbeDrive(new LinuxProber(handshakes, new SocketProber(timeProvider)), new ThreadLoop(handshakes));
    }

    public void Start(HealthCheck check, IPEndPoint address, IProbeListener listener)
    {
        if (check.IsHandshakeOnly)
        {
            _handshakes.Start(address.Serialize(), check.Sources, (int)check.Timeout.TotalMilliseconds, new Report(listener));
        }
        else
        {
            _sockets.Start(check, address, listener);
        }
    }

    /// <summary>The handshakes belong to the thread that runs them.</summary>
    public void Dispose() => _sockets.Dispose();

    /// <summary>What an error number says of a handshake.</summary>
    internal static ProbeResult Explain(int errno, TimeSpan elapsed) => errno switch
    {
        0 => new ProbeResult(ProbeCause.Success, elapsed),
        Errno.ECONNREFUSED or Errno.ECONNRESET => new ProbeResult(ProbeCause.Refused, elapsed),
        Errno.ETIMEDOUT => new ProbeResult(ProbeCause.NoAnswer, elapsed),
        Errno.EADDRNOTAVAIL or Errno.EAGAIN or Errno.EADDRINUSE =>
            new ProbeResult(ProbeCause.NotProbed, elapsed, 0, "no free source port, or no such source address"),
        Errno.EINVAL => new ProbeResult(ProbeCause.NotProbed, elapsed, 0, "no way from the source address to the backend"),
        Errno.EMFILE or Errno.ENFILE or Errno.ENOBUFS or Errno.ENOMEM or Errno.ENOSPC =>
            new ProbeResult(ProbeCause.NotProbed, elapsed, 0, Errno.Describe(errno)),
        _ => new ProbeResult(ProbeCause.Unreachable, elapsed, 0, Errno.Describe(errno)),
    };

    private sealed class Report(IProbeListener listener) : IHandshakeOwner
    {
        public void OnHandshake(int errno, TimeSpan elapsed) => listener.OnProbed(Explain(errno, elapsed));
    }
}
