// SPDX-License-Identifier: MIT
using System.Text.Json.Serialization;

namespace LbEngine.Configuration;

/// <summary>What becomes of clients whose PROXY header is not believed.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<UntrustedProxyBehaviour>))]
public enum UntrustedProxyBehaviour
{
    /// <summary>They are turned away before they have sent anything.</summary>
    Refuse,

    /// <summary>They have to send a header, too, but count as who they are to the transport: what it says of the client is ignored.</summary>
    Ignore,
}
