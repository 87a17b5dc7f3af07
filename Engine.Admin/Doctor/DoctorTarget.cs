// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Admin.Doctor.Findings;
using LbEngine.Configuration;

namespace LbEngine.Admin.Doctor;

/// <summary>One backend, and what is asked of it.</summary>
/// <param name="Pool">Its pool.</param>
/// <param name="Backend">Its name there.</param>
/// <param name="EndPoint">What is examined: its address, with the port of the health check when that has one.</param>
/// <param name="Kind">What is asked.</param>
/// <param name="Timeout">How long the balancer waits for it.</param>
internal sealed record DoctorTarget(string Pool, string Backend, IPEndPoint EndPoint, ExaminationKind Kind, TimeSpan Timeout)
{
    /// <summary>The PROXY header that the pool's backends expect first; none for <see cref="ProxyVersion.Off"/>.</summary>
    public ProxyVersion SendProxy { get; init; }

    /// <summary>What it says.</summary>
    public HealthProxyHeader Header { get; init; } = HealthProxyHeader.Local;

    public bool SendsHeader => SendProxy != ProxyVersion.Off && Header != HealthProxyHeader.Off;

    /// <summary>Whether the balancer connects from the clients' own addresses.</summary>
    public bool IsTransparent { get; init; }

    /// <summary>Addresses of this host from which the balancer connects; none for whatever the system takes.</summary>
    public IReadOnlyList<IPAddress> Sources { get; init; } = [];

    /// <summary>The first of them in the backend's family; null for whatever the system takes.</summary>
    public IPAddress? Source => Sources.FirstOrDefault(source => source.AddressFamily == EndPoint.AddressFamily);

    /// <summary>HTTP: what is asked for.</summary>
    public string Path { get; init; } = "/";

    public string Method { get; init; } = "GET";

    /// <summary>HTTP: the Host header, and the name in the certificate; null for the address.</summary>
    public string? Host { get; init; }

    public StatusSet ExpectStatus { get; init; } = StatusSet.Default;

    /// <summary>HTTP: text that the body must contain; null for any body.</summary>
    public string? ExpectBody { get; init; }

    /// <summary>Whether TLS is spoken first.</summary>
    public bool Tls { get; init; }

    /// <summary>Whether the certificate must hold.</summary>
    public bool VerifyTls { get; init; } = true;

    /// <summary>TCP and UDP: what is sent.</summary>
    public byte[] Send { get; init; } = [];

    /// <summary>TCP and UDP: what the answer must contain; null for no answer needed.</summary>
    public byte[]? Expect { get; init; }

    /// <summary>Other ports of the configuration where the same host may answer.</summary>
    public IReadOnlyList<KnownPort> OtherPorts { get; init; } = [];

    /// <summary>
    /// The host name that it comes from; null when an address is configured, or the balancer has resolved it. With a failure there is nothing to
    /// connect to.
    /// </summary>
    public NameFinding? Name { get; init; }

    /// <summary>What is examined, for people: the host name where that leads nowhere.</summary>
    public string Address => Name is { Failure: not null } name ? $"{name.Host}:{name.Port}" : EndPoint.ToString();

    /// <summary>What the running balancer knows of it; null when none was asked.</summary>
    public BalancerView? View { get; init; }

    /// <summary>The name in the Host header, with the port where that is not the scheme's own.</summary>
    public string HostHeader => Host ?? (EndPoint.Port == (Tls ? 443 : 80) ? HostText : EndPoint.ToString());

    /// <summary>The name that the certificate must have.</summary>
    public string CertificateName =>
        Host is null ? EndPoint.Address.ToString()
        : Uri.TryCreate($"https://{Host}", UriKind.Absolute, out Uri? uri) ? uri.DnsSafeHost
        : Host;

    /// <summary>How long the examination goes on waiting after the balancer has given up, to tell slow from dead.</summary>
    public TimeSpan Patience => Timeout + TimeSpan.FromSeconds(Math.Clamp(Timeout.TotalSeconds * 2, 1.5, 10));

    private string HostText => EndPoint.Address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6
        ? $"[{EndPoint.Address}]"
        : EndPoint.Address.ToString();
}
