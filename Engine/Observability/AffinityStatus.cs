// SPDX-License-Identifier: MIT
using System.Net;
using System.Text.Json.Serialization;
using LbEngine.Configuration.Serialization;

namespace LbEngine.Observability;

/// <summary>One remembered choice of a pool's affinity at one moment.</summary>
/// <param name="Client">The client's address; the bits that the pool's prefix leaves out are 0.</param>
/// <param name="Pool">Name of the pool.</param>
/// <param name="Backend">Name of the backend that the client meets again.</param>
/// <param name="Connections">Connections and flows of the client that are open; while there are any the choice does not expire.</param>
/// <param name="ExpiresIn">Time until it is forgotten if the client does not come back; null while connections are open.</param>
public sealed record AffinityStatus(
    [property: JsonConverter(typeof(IPAddressJsonConverter))] IPAddress Client,
    string Pool,
    string Backend,
    int Connections,
    TimeSpan? ExpiresIn);
