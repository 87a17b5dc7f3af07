// SPDX-License-Identifier: MIT
using System.Net;
using System.Text;
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Configuration.Text;

namespace LbEngine.Transport.Probes;

/// <summary>Checked <see cref="HealthOptions"/>, converted once. Immutable.</summary>
internal sealed class HealthCheck
{
    private readonly string _settings;

    /// <param name="options">Of the check.</param>
    /// <param name="sendProxy">What the pool's backends get before everything else.</param>
    /// <param name="sources">From where the pool's backends are connected to; null for whatever the system takes.</param>
    public HealthCheck(HealthOptions options, ProxyVersion sendProxy = ProxyVersion.Off, SourceAddresses? sources = null)
    {
        Sources = (sources ?? SourceAddresses.Any).WithoutClient;
        Header = new ProbeHeader(sendProxy, options.ProxyOrDefault, IsDatagram: options.Type == HealthCheckType.Udp);
        Type = options.Type;
        IntervalMilliseconds = (int)options.Interval.TotalMilliseconds;
        FastMilliseconds = (int)options.FastIntervalOrDefault.TotalMilliseconds;
        Timeout = options.Timeout;
        Rise = options.Rise;
        Fall = options.Fall;
        Port = options.Port ?? 0;
        Send = ToBytes(options.Send);
        Expect = ToBytes(options.Expect);
        Method = options.MethodOrDefault.ToUpperInvariant();
        Path = options.PathOrDefault;
        Host = options.Host;
        ExpectStatus = StatusRanges.TryParse(options.ExpectStatusOrDefault) ?? throw Unchecked(options.ExpectStatus);
        ExpectBody = options.ExpectBody is null ? [] : Encoding.UTF8.GetBytes(options.ExpectBody);
        Tls = options.Tls;
        VerifyTls = options.VerifyTls ?? true;
        _settings = string.Join(
            '\n', Type, IntervalMilliseconds, FastMilliseconds, Timeout, Rise, Fall, Port, options.Send, options.Expect,
            Method, Path, Host, options.ExpectStatus, options.ExpectBody, Tls, VerifyTls, Header, Sources);
    }

    public HealthCheckType Type { get; }

    /// <summary>From where backends are probed.</summary>
    public SourceAddresses Sources { get; }

    /// <summary>What is sent before everything else, over UDP in the same datagram.</summary>
    public ProbeHeader Header { get; }

    public int IntervalMilliseconds { get; }

    public int FastMilliseconds { get; }

    public TimeSpan Timeout { get; }

    public int Rise { get; }

    public int Fall { get; }

    /// <summary>0 for the backend's own.</summary>
    public int Port { get; }

    public byte[] Send { get; }

    public byte[] Expect { get; }

    public string Method { get; }

    public string Path { get; }

    public string? Host { get; }

    public StatusRanges ExpectStatus { get; }

    public byte[] ExpectBody { get; }

    public bool Tls { get; }

    public bool VerifyTls { get; }

    /// <summary>True when a completed handshake is all that is asked.</summary>
    public bool IsHandshakeOnly => Type == HealthCheckType.Tcp && Send.Length == 0 && Expect.Length == 0 && Header.IsNone;

    /// <summary>Where a backend is probed.</summary>
    public IPEndPoint AddressOf(IPEndPoint backend) => Port == 0 || Port == backend.Port ? backend : new IPEndPoint(backend.Address, Port);

    /// <summary>True when both say the same.</summary>
    public bool IsLike(HealthCheck other) => _settings == other._settings;

    private static byte[] ToBytes(string? text) =>
        text is null ? [] : PayloadText.TryParse(text, out byte[] bytes, out _) ? bytes : throw Unchecked(text);

    private static InvalidOperationException Unchecked(string? text) => new($"The validator let a wrong health check pass: {text}.");
}
