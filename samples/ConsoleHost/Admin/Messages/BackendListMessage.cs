// SPDX-License-Identifier: MIT
namespace LbEngine.ConsoleHost.Admin.Messages;

/// <summary>The backends of every pool: the reply of <c>GET /v1/backends</c>.</summary>
internal sealed record BackendListMessage(IReadOnlyList<BackendMessage> Backends);
