// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Messages;

/// <summary>What the health check of a pool asks, in the words of the configuration; null where that leaves it open.</summary>
/// <param name="Type"><c>tcp</c>, <c>http</c> or <c>udp</c>.</param>
/// <param name="IntervalSeconds">Between two probes.</param>
/// <param name="TimeoutSeconds">What a probe may take.</param>
/// <param name="Rise">Good probes in a row until it is up.</param>
/// <param name="Fall">Failed probes in a row until it is down.</param>
/// <param name="Port">Another port than the backend's own.</param>
/// <param name="Send">What is sent, as text or <c>hex:</c>.</param>
/// <param name="Expect">What the answer must contain, as text or <c>hex:</c>.</param>
/// <param name="Method">HTTP: the method.</param>
/// <param name="Path">HTTP: what is asked for.</param>
/// <param name="Host">HTTP: the Host header.</param>
/// <param name="ExpectStatus">HTTP: statuses that are right, such as <c>200-299,304</c>.</param>
/// <param name="ExpectBody">HTTP: text that the body must contain.</param>
/// <param name="Tls">Whether TLS is spoken.</param>
/// <param name="VerifyTls">Whether the certificate must hold.</param>
public sealed record HealthCheckMessage(
    string Type,
    double IntervalSeconds,
    double TimeoutSeconds,
    int Rise,
    int Fall,
    int? Port,
    string? Send,
    string? Expect,
    string? Method,
    string? Path,
    string? Host,
    string? ExpectStatus,
    string? ExpectBody,
    bool Tls,
    bool? VerifyTls)
{
    /// <summary>The PROXY header before everything else where the pool sends one: <c>off</c>, <c>local</c> or <c>proxy</c>; null where that is left
    /// open.</summary>
    public string? Proxy { get; init; }
}
