// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Messages;

/// <summary>What the health check of a pool asks, in the words of the configuration; null where that leaves it open.</summary>
internal sealed record HealthCheckMessage(
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
    bool? VerifyTls);
