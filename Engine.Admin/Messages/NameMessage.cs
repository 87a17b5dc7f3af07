// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Messages;

/// <summary>One backend that is configured by a host name.</summary>
/// <param name="Pool">Its pool.</param>
/// <param name="Backend">Its name in the configuration; its addresses are backends of their own, such as <c>a@10.0.0.1</c>.</param>
/// <param name="HostName">The name.</param>
/// <param name="Port">The port that goes with it.</param>
/// <param name="Addresses">Those in use: of the last answer.</param>
/// <param name="ResolvedSecondsAgo">When the last answer came; null before the first.</param>
/// <param name="Failure">Why the last lookup failed; null when it did not.</param>
public sealed record NameMessage(
    string Pool,
    string Backend,
    string HostName,
    int Port,
    IReadOnlyList<string> Addresses,
    double? ResolvedSecondsAgo,
    string? Failure);
