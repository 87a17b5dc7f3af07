// SPDX-License-Identifier: MIT
using System.Text.Json.Serialization;

namespace LbEngine.Observability.Events;

/// <summary>Something that has happened in an engine, as <see cref="LoadBalancer.ReadEventsAsync"/> tells it.</summary>
/// <remarks>As JSON it says which one it is in <c>event</c>, such as <c>connection-ended</c>.</remarks>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "event")]
[JsonDerivedType(typeof(ConnectionEnded), "connection-ended")]
[JsonDerivedType(typeof(ClientRejected), "client-rejected")]
[JsonDerivedType(typeof(BackendStateChanged), "backend-state-changed")]
[JsonDerivedType(typeof(ConfigurationApplied), "configuration-applied")]
[JsonDerivedType(typeof(ConfigurationRefused), "configuration-refused")]
[JsonDerivedType(typeof(EventsLost), "events-lost")]
public abstract record LoadBalancerEvent
{
    private protected LoadBalancerEvent()
    {
    }
}
