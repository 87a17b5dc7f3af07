// SPDX-License-Identifier: MIT
using LbEngine.Connections;
using LbEngine.Lifecycle;

namespace LbEngine.Transport;

/// <summary>The seam between mechanism and policy: the transport drives, the forwarder decides. No socket crosses it.</summary>
/// <remarks>
/// Order of calls for one connection: MayAccept, then NotAccepted or Arrive; after a placed Arrive any number of Retry until one
/// is not placed; at most one Connected, then at most one Established; and exactly one Ended, whatever happened before (also after a Retry that gave up).
/// A rejected Arrive needs no Ended. Thread-safe for different connections. Never throws, never blocks.
/// </remarks>
internal interface ITcpForwarder
{
    /// <summary>Asks for leave to accept one client. See <see cref="AcceptDecision"/>.</summary>
    AcceptDecision MayAccept(Listener listener);

    /// <summary>Gives back the leave of <see cref="MayAccept"/> when there was nobody to accept.</summary>
    void NotAccepted(Listener listener);

    /// <summary>Takes an accepted client in: the row, the listener's count, then a backend and its counts. All at once, or nothing at all.</summary>
    Placement Arrive(Connection connection, in Arrival arrival);

    /// <summary>The connect to <see cref="PlacedClient.Backend"/> failed: moves the count to the next distinct backend, or gives up (then call Ended).</summary>
    Placement Retry(Connection connection, ConnectFailure failure);

    /// <summary>The handshake with the backend is done; from now on bytes may flow.</summary>
    void Connected(Connection connection, long nowMilliseconds);

    /// <summary>The first bytes came, from whoever spoke first.</summary>
    void Established(Connection connection, Side firstSpeaker, long nowMilliseconds);

    /// <summary>Gives everything back, exactly once.</summary>
    void Ended(Connection connection, CloseReason reason, long nowMilliseconds);
}
