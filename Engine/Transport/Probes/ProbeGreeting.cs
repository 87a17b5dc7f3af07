// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Configuration;

namespace LbEngine.Transport.Probes;

/// <summary>What a health check sends before everything else, for whoever asks a backend as the balancer does.</summary>
public static class ProbeGreeting
{
    /// <summary>The bytes of a PROXY header; empty for none.</summary>
    /// <param name="version">The pool's <see cref="BackendPoolOptions.SendProxy"/>.</param>
    /// <param name="kind">What the header is to say.</param>
    /// <param name="local">The address from which the backend is asked; null when it is not known, and nobody's then.</param>
    /// <param name="backend">The backend's.</param>
    /// <param name="isDatagram">The backend is asked over UDP, in the same datagram, where version 1 does not exist. Default false: over TCP.</param>
    /// <exception cref="ArgumentNullException"><paramref name="backend"/> is null.</exception>
    public static byte[] Write(ProxyVersion version, HealthProxyHeader kind, EndPoint? local, IPEndPoint backend, bool isDatagram = false)
    {
        ArgumentNullException.ThrowIfNull(backend);
        return new ProbeHeader(version, kind, isDatagram).Write(local, backend);
    }
}
