// SPDX-License-Identifier: MIT
using System.Text.Json.Serialization;

namespace LbEngine.Configuration;

/// <summary>The PROXY header by which whoever stands in front of a listener tells whose connections it brings.</summary>
/// <remarks>
/// Versions 1 and 2 are taken, and every client has to begin with one: it is never guessed whether there is one. From then on the client is who the
/// header says: for limits, affinity, logs, status, and the header that a backend gets. Health checks of the one in front, which say LOCAL or UNKNOWN,
/// count as its own. Over UDP each datagram has a header, of version 2; replies have none, and go to whoever has sent the datagram.
/// </remarks>
public sealed class AcceptProxyOptions
{
    /// <summary>Networks of those whose header is believed, such as <c>10.0.0.0/8</c> or <c>192.0.2.1</c>. At least one, at most 10,000.</summary>
    /// <remarks>Whoever is in one of them can be any client that it likes.</remarks>
    [JsonObjectCreationHandling(JsonObjectCreationHandling.Populate)]
    public IList<string> Trusted { get; } = [];

    /// <summary>What becomes of all others. Default <see cref="UntrustedProxyBehaviour.Refuse"/>.</summary>
    public UntrustedProxyBehaviour Untrusted { get; set; }
}
