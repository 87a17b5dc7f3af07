// SPDX-License-Identifier: MIT
using LbEngine.Configuration;

namespace LbEngine.Admin.Doctor;

/// <summary>What to ask of backends instead of what their pool asks; null is left to the pool.</summary>
public sealed record DoctorRequest
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>How long a backend may take, 10 ms to 5 minutes. The doctor waits longer, to tell slow from dead.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Another port of the same host, 1 to 65535.</summary>
    public int? Port { get; init; }

    /// <summary>A path to ask for over HTTP, such as <c>/healthz</c>. Only the TCP side of a backend that has both is examined then.</summary>
    public string? HttpPath { get; init; }

    /// <summary>The Host header, and the name that the certificate must have.</summary>
    public string? Host { get; init; }

    /// <summary>Statuses that are right, such as <c>200-299,304</c>.</summary>
    public string? ExpectStatus { get; init; }

    /// <summary>
    /// Speaks TLS, also where the pool does not, and looks at the certificate. Only the TCP side of a backend that has both is examined then.
    /// </summary>
    public bool Tls { get; init; }

    /// <summary>TCP and UDP: what to send, as text in UTF-8, or <c>hex:</c> and pairs of hexadecimal digits.</summary>
    public string? Send { get; init; }

    /// <summary>TCP and UDP: what the answer must contain, written like <see cref="Send"/>.</summary>
    public string? Expect { get; init; }

    /// <summary>Whether it is about TCP alone.</summary>
    internal bool AsksTcp => HttpPath is not null || Tls;

    /// <summary>Every mistake in it, by the name of the property; empty when there is none.</summary>
    public IReadOnlyList<ConfigurationError> Check()
    {
        (string Path, bool IsRight, string Message)[] rules =
        [
            ("timeout", Timeout is null || (Timeout >= Shortest && Timeout <= Longest), "must be a duration from 10ms to 5m, such as 2s"),
            ("port", Port is null or (>= 1 and <= ushort.MaxValue), "must be from 1 to 65535"),
            ("httpPath", HttpPath is null || (HttpPath.StartsWith('/') && IsOneWord(HttpPath)), "must be a path such as /healthz"),
            ("expectStatus", ExpectStatus is null || StatusSet.TryParse(ExpectStatus) is not null, "must be such as 200 or 200-299,304"),
            ("host", Host is null || (Host.Length > 0 && IsOneWord(Host)), "must be a name"),
            ("send", Send is null || Payload.TryRead(Send, out _), "must be text, or hex: and pairs of hexadecimal digits"),
            ("expect", Expect is null || Payload.TryRead(Expect, out _), "must be text, or hex: and pairs of hexadecimal digits"),
        ];
        return [.. rules.Where(rule => !rule.IsRight).Select(rule => new ConfigurationError(rule.Path, rule.Message))];
    }

    /// <summary>The target as it is wanted here.</summary>
    internal DoctorTarget Apply(DoctorTarget target)
    {
        bool isUdp = target.Kind == ExaminationKind.Udp;
        return target with
        {
            EndPoint = Port is int port ? new(target.EndPoint.Address, port) : target.EndPoint,
            Kind = HttpPath is not null ? ExaminationKind.Http : target.Kind,
            Path = HttpPath ?? target.Path,
            Host = Host ?? target.Host,
            ExpectStatus = StatusSet.TryParse(ExpectStatus ?? "") ?? target.ExpectStatus,
            Tls = !isUdp && (Tls || target.Tls),
            Send = Payload.Read(Send) ?? target.Send,
            Expect = Payload.Read(Expect) ?? target.Expect,
            Timeout = Timeout ?? target.Timeout,
        };
    }

    // What stands in a request must not begin another line of it.
    private static bool IsOneWord(string text) => text.All(character => character is > ' ' and <= '~');
}
