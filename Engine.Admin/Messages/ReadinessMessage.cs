// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Messages;

/// <summary>The reply of <c>GET /v1/ready</c>.</summary>
internal sealed record ReadinessMessage(bool Ready, string State);
