// SPDX-License-Identifier: MIT
using System.Text.Json.Serialization;

namespace LbEngine.Configuration;

/// <summary>Clients of a listener that go to a pool of their own, by what a TLS client names before anything is encrypted.</summary>
/// <remarks>
/// A route has <see cref="Sni"/>, <see cref="Alpn"/> or both, and takes clients that fit all that it has. Of several that fit, the one with the exact name
/// counts, then the one with the longest wildcard, of equal names one with a protocol before one without, and the first one in the list. Nothing is
/// decrypted: the backend gets every byte as the client sent it.
/// </remarks>
public sealed class RouteOptions
{
    /// <summary>Names of servers, such as <c>shop.example</c>, <c>*.shop.example</c> for one label more, or <c>**.shop.example</c> for any number of
    /// labels more; at most 10,000. Case does not count; names of other scripts are written as DNS has them (<c>xn--</c>). Default empty: whatever the
    /// client names.</summary>
    [JsonObjectCreationHandling(JsonObjectCreationHandling.Populate)]
    public IList<string> Sni { get; } = [];

    /// <summary>Protocols of which the client has to offer one (ALPN), such as <c>h2</c>; at most 100. Case counts. Default empty: whatever it
    /// offers.</summary>
    [JsonObjectCreationHandling(JsonObjectCreationHandling.Populate)]
    public IList<string> Alpn { get; } = [];

    /// <summary>Name of the pool that takes them. Required.</summary>
    public string Pool { get; set; } = "";
}
