// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Configuration;
using LbEngine.Inspection.ProxyProtocol;
using LbEngine.Tables;

namespace LbEngine.Transport.Probes;

/// <summary>The PROXY header of a health check. Backends that expect one answer nobody without.</summary>
/// <param name="Version">Which the backend expects.</param>
/// <param name="Kind">What it is to say.</param>
/// <param name="IsDatagram">The check is made over UDP, where version 1 does not exist.</param>
internal readonly record struct ProbeHeader(ProxyVersion Version, HealthProxyHeader Kind, bool IsDatagram = false)
{
    public bool IsNone => Version == ProxyVersion.Off || Kind == HealthProxyHeader.Off || (IsDatagram && Version == ProxyVersion.V1);

    /// <summary>The bytes; empty for none.</summary>
    /// <param name="local">The address from which the check is made; null when it is not known.</param>
    /// <param name="remote">The backend's.</param>
    public byte[] Write(EndPoint? local, IPEndPoint remote)
    {
        Span<byte> header = stackalloc byte[ProxyHeaderWriter.MostBytes];
        EndPointKey? source = local is IPEndPoint own && Kind == HealthProxyHeader.Proxy ? EndPointKey.From(own) : null;
        int length = (IsNone ? ProxyVersion.Off : Version, source) switch
        {
            (ProxyVersion.V1, null) => ProxyHeaderWriter.WriteUnknown(header),
            (ProxyVersion.V1, EndPointKey known) => ProxyHeaderWriter.WriteText(header, known, EndPointKey.From(remote)),
            (ProxyVersion.V2, null) => ProxyHeaderWriter.WriteLocal(header),
            (ProxyVersion.V2, EndPointKey known) => ProxyHeaderWriter.WriteBinary(header, known, EndPointKey.From(remote), IsDatagram),
            _ => 0,
        };
        return header[..length].ToArray();
    }
}
