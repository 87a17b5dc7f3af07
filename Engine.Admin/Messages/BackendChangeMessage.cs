// SPDX-License-Identifier: MIT
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LbEngine.Admin.Messages;

/// <summary>What an operator wants of a backend: the body of <c>POST /v1/backends/{pool}/{backend}</c>. What is absent stays as it is.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record BackendChangeMessage
{
    /// <summary><c>ready</c>, <c>draining</c> or <c>maintenance</c>.</summary>
    public string? State { get; init; }

    /// <summary>From 0 to 65535; a written null goes by the configuration again, which is not the same as no word about it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonElement Weight { get; init; }

    /// <summary>With <c>draining</c>: a duration such as <c>60s</c> after which the rest is closed, or <c>none</c>; absent for the configuration's.</summary>
    public string? DrainTimeout { get; init; }
}
