// SPDX-License-Identifier: MIT
using System.Net;
using System.Text.Json.Serialization;
using LbEngine.Backends;
using LbEngine.Configuration.Serialization;

namespace LbEngine.Observability.Events;

/// <summary>A backend is in another state than before: probes, its traffic, an operator or a reload have decided so, and clients go by it now.</summary>
/// <remarks>That a backend comes or goes is in <see cref="ConfigurationApplied"/>.</remarks>
/// <param name="Pool">Name of the pool.</param>
/// <param name="Backend">Name of the backend; that of one address of a host name is such as <c>a@10.0.0.1</c>.</param>
/// <param name="EndPoint">Where it is.</param>
/// <param name="Before">Its state until now.</param>
/// <param name="After">Its state from now on.</param>
public sealed record BackendStateChanged(
    string Pool,
    string Backend,
    [property: JsonConverter(typeof(IPEndPointJsonConverter))] IPEndPoint EndPoint,
    BackendState Before,
    BackendState After) : LoadBalancerEvent;
