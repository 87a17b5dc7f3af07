// SPDX-License-Identifier: MIT
using System.Net;
using System.Text.Json.Serialization;
using LbEngine.Configuration.Serialization;

namespace LbEngine.Leasing;

/// <summary>What is known of a client that a lease is taken for. The default value knows nothing, and is good enough.</summary>
public readonly record struct LeaseRequest
{
    /// <summary>
    /// The client's address, for the pool's affinity and for <c>source-hash</c>. Null, the default, when there is none: then no choice is
    /// remembered, and <c>source-hash</c> spreads at random.
    /// </summary>
    [JsonConverter(typeof(IPAddressJsonConverter))]
    public IPAddress? Client { get; init; }

    /// <summary>
    /// Name of the backend that the front end has remembered for this client, in a cookie for example; null, the default, for none.
    /// It is taken as long as it may take known clients: while it drains too, but not when it is down, full, in maintenance or gone. Then the choice
    /// is the pool's.
    /// </summary>
    /// <remarks>It goes before the pool's own affinity, which does not remember it.</remarks>
    public string? PreferredBackend { get; init; }
}
