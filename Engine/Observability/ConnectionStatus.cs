// SPDX-License-Identifier: MIT
using System.Net;
using System.Text.Json.Serialization;
using LbEngine.Configuration;
using LbEngine.Configuration.Serialization;
using LbEngine.Connections;

namespace LbEngine.Observability;

/// <summary>One live connection or flow at one moment.</summary>
/// <param name="Id">Names it for <see cref="LoadBalancer.CloseConnectionAsync"/>; never used again for another one.</param>
/// <param name="Client">The client's address and port.</param>
/// <param name="Protocol">TCP for a connection, UDP for a flow.</param>
/// <param name="Listener">Name of the listener it came through.</param>
/// <param name="Pool">Name of the pool; empty while the client's first bytes are inspected.</param>
/// <param name="Backend">Name of the backend; empty in the same way.</param>
/// <param name="Phase">How far it has come.</param>
/// <param name="Age">Time since it was accepted.</param>
/// <param name="IdleTime">Time since a byte moved either way.</param>
/// <param name="BytesToBackend">Bytes passed on to the backend so far.</param>
/// <param name="BytesToClient">Bytes passed on to the client so far.</param>
public sealed record ConnectionStatus(
    string Id,
    [property: JsonConverter(typeof(IPEndPointJsonConverter))] IPEndPoint Client,
    ListenerProtocol Protocol,
    string Listener,
    string Pool,
    string Backend,
    ConnectionPhase Phase,
    TimeSpan Age,
    TimeSpan IdleTime,
    long BytesToBackend,
    long BytesToClient)
{
    /// <summary>Who has connected, where a PROXY header has told that <see cref="Client"/> is somebody else; null where they are the same.</summary>
    [JsonConverter(typeof(IPEndPointJsonConverter))]
    public IPEndPoint? Peer { get; init; }

    /// <summary>Bytes a second to the backend, over its life.</summary>
    [JsonIgnore]
    public double BytesToBackendPerSecond => PerSecond(BytesToBackend);

    /// <summary>Bytes a second to the client, over its life.</summary>
    [JsonIgnore]
    public double BytesToClientPerSecond => PerSecond(BytesToClient);

    /// <summary>What has just begun is no flood.</summary>
    private double PerSecond(long bytes) => bytes / Math.Max(1, Age.TotalSeconds);
}
