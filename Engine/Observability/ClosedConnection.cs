// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Tables;

namespace LbEngine.Observability;

/// <summary>What there is to tell of one connection or flow that has ended, or of one client that was turned away. Made once for each of them.</summary>
/// <remarks>Passed by reference and not kept: whoever wants to know more later copies what it needs. Times are clock milliseconds.</remarks>
internal readonly struct ClosedConnection
{
    private ClosedConnection(Listener listener, in EndPointKey client, in EndPointKey peer, long accepted, long ended)
    {
        Listener = listener;
        Client = client;
        Peer = peer;
        AcceptedMilliseconds = accepted;
        EndedMilliseconds = ended;
    }

    /// <summary>The entrance; it says whether this was a connection or a flow.</summary>
    public Listener Listener { get; }

    /// <summary>Who the client really is, as far as anybody knows.</summary>
    public EndPointKey Client { get; }

    /// <summary>Who has connected, as the transport sees it.</summary>
    public EndPointKey Peer { get; }

    /// <summary>Where the client went; null when it was turned away before that was decided.</summary>
    public BackendPool? Pool { get; private init; }

    /// <summary>The backend that it had at the end; null when it had none.</summary>
    public Backend? Backend { get; private init; }

    /// <summary>Backends that were tried.</summary>
    public int Attempts { get; private init; }

    public long AcceptedMilliseconds { get; }

    public long EndedMilliseconds { get; }

    public long TotalMilliseconds => EndedMilliseconds - AcceptedMilliseconds;

    /// <summary>From the accept until a backend was chosen; <see cref="Connection.NotYet"/> when none was. 0 where nothing is inspected.</summary>
    public long InspectMilliseconds { get; private init; } = Connection.NotYet;

    /// <summary>From then until the handshake with a backend was done, failed attempts included; <see cref="Connection.NotYet"/> when none was.</summary>
    public long ConnectMilliseconds { get; private init; } = Connection.NotYet;

    /// <summary>From the accept until the first byte came from either side; <see cref="Connection.NotYet"/> when none did.</summary>
    public long FirstByteMilliseconds { get; private init; } = Connection.NotYet;

    /// <summary>Bytes that the backend's side has taken.</summary>
    public long BytesToBackend { get; private init; }

    /// <summary>Bytes that the client's side has taken.</summary>
    public long BytesToClient { get; private init; }

    /// <summary>Datagrams of the client; 0 over TCP.</summary>
    public long Requests { get; private init; }

    /// <summary>Datagrams to the client; 0 over TCP.</summary>
    public long Replies { get; private init; }

    /// <summary>Why it ended; without meaning for one who was turned away.</summary>
    public CloseReason Reason { get; private init; }

    /// <summary>Why the client was turned away; <see cref="RejectReason.None"/> for whatever has ended.</summary>
    public RejectReason Refusal { get; private init; }

    /// <summary>The same in the words of a filter; null without one.</summary>
    public string? Objection { get; private init; }

    public bool IsRefused => Refusal != RejectReason.None;

    /// <summary>A connection at its end, before it gives back what it holds.</summary>
    public static ClosedConnection Of(Connection connection, in ConnectionEntry entry, CloseReason reason, long nowMilliseconds) =>
        Of(connection, entry, reason, RejectReason.None, nowMilliseconds);

    /// <summary>A connection that has arrived and was turned away then.</summary>
    public static ClosedConnection Of(Connection connection, RejectReason refusal, long nowMilliseconds) =>
        Of(connection, default, default, refusal, nowMilliseconds);

    /// <summary>A flow at its end, before it gives back what it holds.</summary>
    public static ClosedConnection Of(Flow flow, CloseReason reason, long nowMilliseconds) =>
        new(flow.Listener, flow.Client, flow.Peer, flow.AcceptedMilliseconds, nowMilliseconds)
        {
            Pool = flow.Pool,
            Backend = flow.Backend,
            Attempts = flow.Attempts,
            InspectMilliseconds = 0,
            BytesToBackend = flow.State.BytesFromClient,
            BytesToClient = flow.State.BytesToClient,
            Requests = flow.State.Requests,
            Replies = flow.State.Replies,
            Reason = reason,
        };

    /// <summary>A client that was turned away at once.</summary>
    public static ClosedConnection Of(in Arrival arrival, RejectReason refusal, string? objection = null) =>
        new(arrival.Listener, arrival.Client, arrival.Source, arrival.NowMilliseconds, arrival.NowMilliseconds)
        {
            Refusal = refusal,
            Objection = objection,
        };

    private static ClosedConnection Of(
        Connection connection, in ConnectionEntry entry, CloseReason reason, RejectReason refusal, long nowMilliseconds) =>
        new(connection.Listener, connection.Client, connection.Peer, connection.AcceptedMilliseconds, nowMilliseconds)
        {
            Pool = connection.Pool,
            Backend = connection.Backend,
            Attempts = connection.Attempts,
            InspectMilliseconds = Between(connection.AcceptedMilliseconds, connection.PlacedMilliseconds),
            ConnectMilliseconds = Between(connection.PlacedMilliseconds, connection.ConnectedMilliseconds),
            FirstByteMilliseconds = Between(connection.AcceptedMilliseconds, connection.FirstByteMilliseconds),
            BytesToBackend = entry.BytesToBackend,
            BytesToClient = entry.BytesToClient,
            Reason = reason,
            Refusal = refusal,
            Objection = connection.Objection,
        };

    private static long Between(long from, long to) => to == Connection.NotYet ? Connection.NotYet : to - from;
}
