// SPDX-License-Identifier: MIT
using System.Net;
using System.Text.Json.Serialization;
using LbEngine.Configuration.Serialization;

namespace LbEngine.Observability;

/// <summary>A backend that is configured by a host name, at one moment. Its addresses are backends of their own, such as <c>a@10.0.0.1</c>.</summary>
/// <param name="Backend">The backend's name in the configuration.</param>
/// <param name="HostName">The host name.</param>
/// <param name="Port">The port that goes with it.</param>
/// <param name="Addresses">The addresses in use: those of the last answer; empty before the first.</param>
/// <param name="SinceResolved">How long ago the last answer came; null before the first.</param>
/// <param name="Failure">Why the last lookup failed; null when it did not. The last answer stays in use meanwhile.</param>
public sealed record NameStatus(
    string Backend,
    string HostName,
    int Port,
    [property: JsonConverter(typeof(IPAddressListJsonConverter))] IReadOnlyList<IPAddress> Addresses,
    TimeSpan? SinceResolved,
    string? Failure);
