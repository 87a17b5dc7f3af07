// SPDX-License-Identifier: MIT
namespace LbEngine.Configuration;

/// <summary>Active health checks of a pool: each backend is probed again and again, and takes no new traffic while it fails.</summary>
public sealed class HealthOptions
{
    /// <summary>What is asked of a backend. Default TCP.</summary>
    public HealthCheckType Type { get; set; } = HealthCheckType.Tcp;

    /// <summary>Time between the starts of two probes of one backend, 50 ms to 1 hour. Default 5 s.</summary>
    /// <remarks>A backend that fails is found after about <see cref="Interval"/> plus <see cref="Fall"/> - 1 times <see cref="FastInterval"/>.</remarks>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a backend may take, from the start of the probe to the end of the answer, 10 ms to 5 minutes. Default 2 s.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Time between two probes while the state of a backend is about to change, 50 ms to <see cref="Interval"/>. Default null: 1 s, or the
    /// interval when that is shorter.</summary>
    /// <remarks>HAProxy's <c>fastinter</c>.</remarks>
    public TimeSpan? FastInterval { get; set; }

    /// <summary>Successes in a row that bring a backend back, 1 to 100. Default 2.</summary>
    public int Rise { get; set; } = 2;

    /// <summary>Failures in a row that take a backend out, 1 to 100. Default 3.</summary>
    public int Fall { get; set; } = 3;

    /// <summary>Port that is probed, 1 to 65535. Default null: the port of the backend.</summary>
    public int? Port { get; set; }

    /// <summary>
    /// The PROXY header before everything else; over UDP in the same datagram. Default null: <see cref="HealthProxyHeader.Local"/> where the pool sends
    /// one and <see cref="Port"/> is the backend's, else none.
    /// </summary>
    public HealthProxyHeader? Proxy { get; set; }

    /// <summary>TCP and UDP: what is sent, as text in UTF-8 or as <c>hex:</c> and hexadecimal digits, at most 1400 bytes. Default null: nothing, for
    /// UDP an empty datagram.</summary>
    public string? Send { get; set; }

    /// <summary>TCP and UDP: what the answer must contain, written like <see cref="Send"/>. Default null: nothing.</summary>
    /// <remarks>UDP without it: no answer is no failure, only ICMP is.</remarks>
    public string? Expect { get; set; }

    /// <summary>HTTP: the method. Default null: GET.</summary>
    public string? Method { get; set; }

    /// <summary>HTTP: the path, with a query if need be. Default null: /.</summary>
    public string? Path { get; set; }

    /// <summary>HTTP: the Host header, and the name in the certificate. Default null: the probed address and port.</summary>
    public string? Host { get; set; }

    /// <summary>HTTP: statuses that count as success, such as <c>200</c>, <c>200-299</c> or <c>200,301-302</c>. Default null: 200-299.</summary>
    public string? ExpectStatus { get; set; }

    /// <summary>HTTP: text that the body must contain within its first 64 KiB. Default null: any body.</summary>
    public string? ExpectBody { get; set; }

    /// <summary>HTTP: true for HTTPS. Default false.</summary>
    public bool Tls { get; set; }

    /// <summary>HTTPS: true when the certificate must be valid. Default null: true.</summary>
    /// <remarks>False still finds servers without TLS, but no expired or foreign certificate.</remarks>
    public bool? VerifyTls { get; set; }

    internal TimeSpan FastIntervalOrDefault => FastInterval ?? (Interval < DefaultFastInterval ? Interval : DefaultFastInterval);

    internal HealthProxyHeader ProxyOrDefault => Proxy ?? (Port is null ? HealthProxyHeader.Local : HealthProxyHeader.Off);

    internal string MethodOrDefault => Method ?? "GET";

    internal string PathOrDefault => Path ?? "/";

    internal string ExpectStatusOrDefault => ExpectStatus ?? "200-299";

    private static TimeSpan DefaultFastInterval => TimeSpan.FromSeconds(1);
}
