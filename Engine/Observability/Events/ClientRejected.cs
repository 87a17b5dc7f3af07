// SPDX-License-Identifier: MIT
using System.Net;
using System.Text.Json.Serialization;
using LbEngine.Configuration;
using LbEngine.Configuration.Serialization;
using LbEngine.Lifecycle;

namespace LbEngine.Observability.Events;

/// <summary>A client was turned away without a backend.</summary>
/// <param name="Protocol">TCP for a connection, UDP for the first datagram of a flow.</param>
/// <param name="Client">The client's address and port.</param>
/// <param name="Listener">Name of the listener.</param>
/// <param name="Reason">Why.</param>
/// <param name="Objection">What an <see cref="Admission.IConnectionFilter"/> said; null for every other reason.</param>
public sealed record ClientRejected(
    ListenerProtocol Protocol,
    [property: JsonConverter(typeof(IPEndPointJsonConverter))] IPEndPoint Client,
    string Listener,
    RejectReason Reason,
    string? Objection) : LoadBalancerEvent;
