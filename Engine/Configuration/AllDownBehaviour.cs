// SPDX-License-Identifier: MIT
using System.Text.Json.Serialization;

namespace LbEngine.Configuration;

/// <summary>What a pool does while none of its backends is healthy.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AllDownBehaviour>))]
public enum AllDownBehaviour
{
    /// <summary>Uses all of them: the checks may be wrong, and a client loses nothing by trying.</summary>
    Serve,

    /// <summary>Turns clients away at once.</summary>
    Refuse,
}
