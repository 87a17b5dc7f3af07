// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Connections;
using LbEngine.Inspection.ProxyProtocol;
using LbEngine.Lifecycle;
using LbEngine.Tables;

namespace LbEngine.Transport;

/// <summary>The seam between mechanism and policy: the transport drives, the forwarder decides. No socket crosses it.</summary>
/// <remarks>
/// Order of calls for one connection: MayAccept, then NotAccepted or Arrive. Where Arrive says to inspect, Inspect until that has chosen,
/// then Place. Once placed, any number of Retry, and of PlaceAgain where that says to wait, until one is not placed, each after at most one
/// WriteHeader; at most one Connected, then at most one Established. At the end exactly one Ended, or one Refused where Inspect or Place has
/// rejected or the time of the inspection was over. A rejected Arrive needs neither. Thread-safe for different connections. Never throws, never blocks.
/// </remarks>
internal interface ITcpForwarder
{
    /// <summary>Asks for leave to accept one client. See <see cref="AcceptDecision"/>.</summary>
    AcceptDecision MayAccept(Listener listener);

    /// <summary>Gives back the leave of <see cref="MayAccept"/> when there was nobody to accept.</summary>
    void NotAccepted(Listener listener);

    /// <summary>While <see cref="MayAccept"/> says to hold: so many more clients wait there than were reported before, or fewer.</summary>
    void Held(Listener listener, int change);

    /// <summary>No client waits in the kernel any more, or the listener is closed: room that was being made for its clients is anybody's again.</summary>
    void NobodyWaits(Listener listener);

    /// <summary>True when the client's own address makes it doubtful: then <see cref="Arrival.Local"/> has to be known to Arrive. Cheap.</summary>
    bool MayHaveGoneRound(in Arrival arrival);

    /// <summary>
    /// Takes an accepted client in: the row and the listener's count and, unless its first bytes decide, a backend. All of that, or
    /// nothing at all.
    /// </summary>
    Placement Arrive(Connection connection, in Arrival arrival);

    /// <summary>
    /// Judges all bytes that the client has sent so far, at least one, whenever more have come. Where the client is not who it seems, its
    /// address is the real one from here on.
    /// </summary>
    Inspected Inspect(Connection connection, ReadOnlySpan<byte> bytes);

    /// <summary>Gives a client that was inspected a backend. When rejected, call Refused.</summary>
    Placement Place(Connection connection, long nowMilliseconds);

    /// <summary>One source address could not make the connect; another one may, so this decides nothing. Any number of times before a Retry.</summary>
    void SourceFailed(Backend backend, in SourceChoice source, SourceProblem problem, long nowMilliseconds);

    /// <summary>
    /// The connect to <see cref="PlacedClient.Backend"/> failed: moves the count to the next distinct backend, or lets the client wait for another
    /// round (then call PlaceAgain after that time), or gives up (then call Ended).
    /// </summary>
    Placement Retry(Connection connection, ConnectFailure failure, long nowMilliseconds);

    /// <summary>The wait is over: a backend, another wait, or none (then call Ended for the reason of <see cref="Connection.LastFailure"/>).</summary>
    Placement PlaceAgain(Connection connection, long nowMilliseconds);

    /// <summary>The handshake with the backend is done; from now on bytes may flow.</summary>
    void Connected(Connection connection, long nowMilliseconds);

    /// <summary>
    /// Writes what a backend must get before anything of the client, where its pool sends a header (<see cref="BackendPool.SendsHeader"/>). Called
    /// once a connect has succeeded; where the bytes cannot be sent, the connect has failed. They do not count. Returns how many there are; 0 when a
    /// reload has turned it off meanwhile.
    /// </summary>
    /// <param name="connection">One that is placed.</param>
    /// <param name="local">The address at which the client came in.</param>
    /// <param name="header">At least <see cref="ProxyHeaderWriter.MostBytesWithFields"/>.</param>
    int WriteHeader(Connection connection, EndPointKey local, Span<byte> header);

    /// <summary>The first bytes came, from whoever spoke first.</summary>
    void Established(Connection connection, Side firstSpeaker, long nowMilliseconds);

    /// <summary>A client was turned away after its arrival. Gives everything back, exactly once.</summary>
    void Refused(Connection connection, RejectReason reason, long nowMilliseconds);

    /// <summary>A connection has ended. Gives everything back, exactly once.</summary>
    void Ended(Connection connection, CloseReason reason, long nowMilliseconds);
}
