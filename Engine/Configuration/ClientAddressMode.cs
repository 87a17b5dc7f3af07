// SPDX-License-Identifier: MIT
using System.Text.Json.Serialization;

namespace LbEngine.Configuration;

/// <summary>Whose address backends see.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ClientAddressMode>))]
public enum ClientAddressMode
{
    /// <summary>This host's. Who the client is tells a header, where the pool sends one.</summary>
    Balancer,

    /// <summary>The client's own, address and port, without a header (Linux, CAP_NET_ADMIN).</summary>
    /// <remarks>What the backends answer has to come back through this host, and to be taken by it though the address is not its own: that takes routes
    /// there and a rule here. A client whose family is not the backend's is shown with an address of this host.</remarks>
    Transparent,
}
