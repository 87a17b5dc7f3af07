// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Messages;

/// <summary>One backend that is configured by a host name.</summary>
internal sealed record NameMessage(
    string Pool,
    string Backend,
    string HostName,
    int Port,
    IReadOnlyList<string> Addresses,
    double? ResolvedSecondsAgo,
    string? Failure);
