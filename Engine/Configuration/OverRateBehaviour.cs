// SPDX-License-Identifier: MIT
using System.Text.Json.Serialization;

namespace LbEngine.Configuration;

/// <summary>What happens to a TCP connection that is over a rate.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OverRateBehaviour>))]
public enum OverRateBehaviour
{
    /// <summary>It is reset: the client knows at once.</summary>
    Reset,

    /// <summary>It is forgotten without a word, and the client waits for nothing.</summary>
    Drop,
}
