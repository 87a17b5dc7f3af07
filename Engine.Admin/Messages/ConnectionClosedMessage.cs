// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Messages;

/// <summary>The reply of <c>DELETE /v1/connections/{id}</c>.</summary>
/// <param name="Closed">Its id.</param>
public sealed record ConnectionClosedMessage(string Closed);
