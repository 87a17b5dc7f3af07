// SPDX-License-Identifier: MIT
using System.Text.Json.Serialization;

namespace LbEngine.Admin.Messages;

/// <summary>The body of <c>POST /v1/reload</c>; an empty body is the same as no wish.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ReloadRequestMessage
{
    /// <summary>Allows the removal of more than half of all backends.</summary>
    public bool Force { get; init; }
}
