// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Messages;

/// <summary>Live connections and flows: the reply of <c>GET /v1/connections</c>.</summary>
/// <param name="Connections">At most as many as were asked for.</param>
/// <param name="IsTruncated">There are more.</param>
public sealed record ConnectionListMessage(IReadOnlyList<ConnectionMessage> Connections, bool IsTruncated);
