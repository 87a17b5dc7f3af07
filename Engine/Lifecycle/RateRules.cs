// SPDX-License-Identifier: MIT
namespace LbEngine.Lifecycle;

/// <summary>How many clients of a listener may come in a time. Immutable.</summary>
/// <param name="PerClient">Of one client.</param>
/// <param name="PrefixV4">Leading bits of an IPv4 address that make a client.</param>
/// <param name="PrefixV6">Leading bits of an IPv6 address that make a client.</param>
/// <param name="Total">Of all clients together.</param>
/// <param name="DropsSilently">A connection that is over is dropped without a word.</param>
internal sealed record RateRules(RateRule PerClient, int PrefixV4, int PrefixV6, RateRule Total, bool DropsSilently);
