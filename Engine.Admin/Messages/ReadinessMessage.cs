// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Messages;

/// <summary>The reply of <c>GET /v1/ready</c>.</summary>
/// <param name="Ready">Whether new clients may come.</param>
/// <param name="State"><c>created</c>, <c>running</c>, <c>draining</c> or <c>stopped</c>.</param>
public sealed record ReadinessMessage(bool Ready, string State);
