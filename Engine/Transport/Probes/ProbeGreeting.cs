// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Configuration;

namespace LbEngine.Transport.Probes;

/// <summary>What a health check sends before everything else, for whoever asks a backend as the balancer does.</summary>
public static class ProbeGreeting
{
    /// <summary>The bytes of a PROXY header for a connection over TCP; empty for none.</summary>
    /// <param name="version">The pool's <see cref="BackendPoolOptions.SendProxy"/>.</param>
    /// <param name="kind">What the header is to say.</param>
    /// <param name="local">The address from which the backend is asked; null when it is not known, and nobody's then.</param>
    /// <param name="backend">The backend's.</param>
    /// <exception cref="ArgumentNullException"><paramref name="backend"/> is null.</exception>
    public static byte[] Write(ProxyVersion version, HealthProxyHeader kind, EndPoint? local, IPEndPoint backend)
    {
        ArgumentNullException.ThrowIfNull(backend);
        return new ProbeHeader(version, kind).Write(local, backend);
    }
}
