// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Messages;

/// <summary>What affinity remembers: the reply of <c>GET /v1/affinity</c>.</summary>
/// <param name="Entries">At most as many as were asked for.</param>
/// <param name="IsTruncated">There are more.</param>
public sealed record AffinityListMessage(IReadOnlyList<AffinityMessage> Entries, bool IsTruncated);
