// SPDX-License-Identifier: MIT
using System.Net;
using System.Text.Json.Serialization;
using LbEngine.Configuration;
using LbEngine.Configuration.Serialization;
using LbEngine.Lifecycle;

namespace LbEngine.Observability.Events;

/// <summary>A connection or flow has ended.</summary>
/// <param name="Protocol">TCP for a connection, UDP for a flow.</param>
/// <param name="Client">The client's address and port.</param>
/// <param name="Listener">Name of the listener it came through.</param>
/// <param name="Pool">Name of the pool; empty when it ended while its first bytes were inspected.</param>
/// <param name="Backend">Name of the backend that it had at the end; empty when it had none.</param>
/// <param name="Reason">Why it ended.</param>
/// <param name="Duration">From the accept to the end.</param>
/// <param name="BytesToBackend">Bytes that the backend's side has taken.</param>
/// <param name="BytesToClient">Bytes that the client's side has taken.</param>
public sealed record ConnectionEnded(
    ListenerProtocol Protocol,
    [property: JsonConverter(typeof(IPEndPointJsonConverter))] IPEndPoint Client,
    string Listener,
    string Pool,
    string Backend,
    CloseReason Reason,
    TimeSpan Duration,
    long BytesToBackend,
    long BytesToClient) : LoadBalancerEvent
{
    /// <summary>Backends that were tried.</summary>
    public int Attempts { get; init; }

    /// <summary>TCP: from the choice of a backend until the handshake was done, failed attempts included; null when none was done.</summary>
    public TimeSpan? ConnectTime { get; init; }

    /// <summary>TCP: from the accept until the first byte came from either side; null when none did.</summary>
    public TimeSpan? FirstByteTime { get; init; }

    /// <summary>UDP: datagrams of the client.</summary>
    public long Requests { get; init; }

    /// <summary>UDP: datagrams to the client.</summary>
    public long Replies { get; init; }
}
