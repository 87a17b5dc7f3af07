// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Messages;

/// <summary>The backends of every pool, and the host names that some of them come from: the reply of <c>GET /v1/backends</c>. A reply about one backend has no names.</summary>
internal sealed record BackendListMessage(IReadOnlyList<BackendMessage> Backends, IReadOnlyList<NameMessage>? Names = null);
