// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Messages;

/// <summary>The reply of <c>DELETE /v1/connections/{id}</c>.</summary>
internal sealed record ConnectionClosedMessage(string Closed);
