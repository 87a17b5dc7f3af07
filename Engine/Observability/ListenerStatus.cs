// SPDX-License-Identifier: MIT
using System.Net;
using System.Text.Json.Serialization;
using LbEngine.Configuration;
using LbEngine.Configuration.Serialization;
using LbEngine.Configuration.Text;

namespace LbEngine.Observability;

/// <summary>One entrance at one moment.</summary>
/// <param name="Name">Its name in the configuration.</param>
/// <param name="Protocol">TCP or UDP.</param>
/// <param name="EndPoint">Where it really listens: with the port that was given when the configuration says 0; the configured address before the start.</param>
/// <param name="Pool">Name of its pool.</param>
/// <param name="ActiveConnections">Connections or flows that live now.</param>
/// <param name="AcceptedConnections">Clients accepted since the start; for UDP, first datagrams of a flow.</param>
/// <param name="RejectedConnections">Clients accepted but turned away since the start.</param>
/// <param name="Datagrams">What was passed on and dropped; null for TCP.</param>
public sealed record ListenerStatus(
    string Name,
    ListenerProtocol Protocol,
    [property: JsonConverter(typeof(IPEndPointJsonConverter))] IPEndPoint EndPoint,
    string Pool,
    int ActiveConnections,
    long AcceptedConnections,
    long RejectedConnections,
    DatagramStatus? Datagrams = null)
{
    /// <summary>True when it takes clients at every IPv4 and every IPv6 address of this host, and <see cref="EndPoint"/> is <c>[::]</c>; false where that
    /// is IPv6 only.</summary>
    public bool IsEverywhere { get; init; }

    /// <summary>The names of the other pools to which its <see cref="ListenerOptions.Routes"/> lead, in their order.</summary>
    public IReadOnlyList<string> RoutePools { get; init; } = [];

    /// <summary>True once a reload has removed it: nobody is taken any more, and what is left ends by <c>drain.timeout</c> and <c>drain.spread</c>.</summary>
    public bool IsRemoving { get; init; }

    /// <summary>The most connections or flows at once; 0 for no limit of its own.</summary>
    public int MaxConnections { get; init; }

    /// <summary>TCP: clients that wait in the backlog, because this listener or the whole engine is at its limit.</summary>
    public int HeldConnections { get; init; }

    /// <summary>TCP: clients whose first bytes are awaited, which say where they go (<see cref="ListenerOptions.MaxInspecting"/>).</summary>
    public int InspectingConnections { get; init; }

    /// <summary>How much goes through it.</summary>
    public TrafficStatus Traffic { get; init; } = TrafficStatus.None;

    /// <summary>Where it listens as a configuration has it: <c>127.0.0.1:8080</c>, or <c>*:8080</c> for every address.</summary>
    [JsonIgnore]
    public string Place => new BindAddress(EndPoint, IsEverywhere).ToString();
}
