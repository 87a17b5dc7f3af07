// SPDX-License-Identifier: MIT
using System.Text.Json.Serialization;

namespace LbEngine.Configuration;

/// <summary>What happens to clients that arrive when no more connections are allowed.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FullBehaviour>))]
public enum FullBehaviour
{
    /// <summary>They wait in the kernel's backlog until a connection ends.</summary>
    Hold,

    /// <summary>They are reset at once.</summary>
    Refuse,
}
