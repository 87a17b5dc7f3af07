// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Backends;
using LbEngine.Lifecycle;
using LbEngine.Tables;
using Microsoft.Extensions.Logging;

namespace LbEngine.Observability;

/// <summary>Every message of the engine. Ids by area: 1xx engine and listeners, 2xx health, 3xx connections, 4xx configuration. Never reused.</summary>
internal static partial class EngineLog
{
    [LoggerMessage(EventId = 101, EventName = nameof(ListenerStarted), Level = LogLevel.Information,
        Message = "Listener {ListenerName} accepts {Protocol} on {EndPoint} over the {TransportName} transport.")]
    internal static partial void ListenerStarted(ILogger logger, string listenerName, string protocol, string endPoint, string transportName);

    [LoggerMessage(EventId = 102, EventName = nameof(TableClamped), Level = LogLevel.Warning,
        Message = "The connection table is limited to {Capacity} connections instead of {Wanted}: the descriptor limit is {DescriptorLimit} and a "
            + "connection needs two of them, a flow one. Raise the limit (ulimit -n, LimitNOFILE=) or set maxConnections.")]
    internal static partial void TableClamped(ILogger logger, int capacity, int wanted, long descriptorLimit);

    [LoggerMessage(EventId = 112, EventName = nameof(FewerReactors), Level = LogLevel.Warning,
        Message = "{Count} reactors are used instead of {Wanted}: each needs descriptors of its own, and a socket of every listener, and the descriptor "
            + "limit is {DescriptorLimit}. Raise the limit (ulimit -n, LimitNOFILE=).")]
    internal static partial void FewerReactors(ILogger logger, int count, int wanted, long descriptorLimit);

    [LoggerMessage(EventId = 113, EventName = nameof(ListenerHolds), Level = LogLevel.Warning,
        Message = "Listener {ListenerName} is at its limit, {ConnectionCount} connections: further clients wait in the backlog.")]
    internal static partial void ListenerHolds(ILogger logger, string listenerName, int connectionCount);

    [LoggerMessage(EventId = 114, EventName = nameof(EngineHolds), Level = LogLevel.Warning,
        Message = "The engine is at its limit, {ConnectionCount} connections and flows: further clients of listener {ListenerName} wait in the backlog.")]
    internal static partial void EngineHolds(ILogger logger, string listenerName, int connectionCount);

    [LoggerMessage(EventId = 115, EventName = nameof(HoldEnded), Level = LogLevel.Information,
        Message = "No client of listener {ListenerName} waits for a place any more; some did for {Seconds} s.")]
    internal static partial void HoldEnded(ILogger logger, string listenerName, double seconds);

    [LoggerMessage(EventId = 121, EventName = nameof(TableClampedByMemory), Level = LogLevel.Warning,
        Message = "The connection table is limited to {Capacity} connections instead of {Wanted}: this process may use {Megabytes} MB of memory. Raise the "
            + "limit of its memory group (MemoryMax=, a container's limit) or set maxConnections.")]
    internal static partial void TableClampedByMemory(ILogger logger, int capacity, int wanted, long megabytes);

    [LoggerMessage(EventId = 103, EventName = nameof(AcceptFailed), Level = LogLevel.Warning,
        Message = "Listener {ListenerName} could not accept and pauses for a moment: {Reason}.")]
    internal static partial void AcceptFailed(ILogger logger, string listenerName, string reason);

    [LoggerMessage(EventId = 111, EventName = nameof(DrainDelayed), Level = LogLevel.Information,
        Message = "Draining: new clients are taken for another {Seconds} s.")]
    internal static partial void DrainDelayed(ILogger logger, double seconds);

    [LoggerMessage(EventId = 104, EventName = nameof(DrainStarted), Level = LogLevel.Information,
        Message = "Draining: {ConnectionCount} live connections and flows have {Seconds} s to end.")]
    internal static partial void DrainStarted(ILogger logger, int connectionCount, double seconds);

    [LoggerMessage(EventId = 105, EventName = nameof(DrainEnded), Level = LogLevel.Information,
        Message = "Drained: {Completed} connections and flows ended by themselves, {Closed} were closed.")]
    internal static partial void DrainEnded(ILogger logger, long completed, long closed);

    [LoggerMessage(EventId = 106, EventName = nameof(TransportUnexpected), Level = LogLevel.Error,
        Message = "An unexpected error in the {TransportName} transport was contained; one connection may have been closed.")]
    internal static partial void TransportUnexpected(ILogger logger, Exception exception, string transportName);

    [LoggerMessage(EventId = 107, EventName = nameof(SchedulerFailed), Level = LogLevel.Error,
        Message = "Scheduler {SchedulerName} of pool {PoolName} threw an exception; the client was turned away. A scheduler must not throw.")]
    internal static partial void SchedulerFailed(ILogger logger, Exception exception, string schedulerName, string poolName);

    [LoggerMessage(EventId = 201, EventName = nameof(BackendDown), Level = LogLevel.Warning,
        Message = "Backend {BackendName} of pool {PoolName} is down after {FailureCount} failed probes: {Reason}.")]
    internal static partial void BackendDown(ILogger logger, string backendName, string poolName, int failureCount, string reason);

    [LoggerMessage(EventId = 202, EventName = nameof(BackendUp), Level = LogLevel.Information,
        Message = "Backend {BackendName} of pool {PoolName} is up again: {Reason}.")]
    internal static partial void BackendUp(ILogger logger, string backendName, string poolName, string reason);

    [LoggerMessage(EventId = 203, EventName = nameof(BackendFoundUp), Level = LogLevel.Debug,
        Message = "Backend {BackendName} of pool {PoolName} is up: {Reason}.")]
    internal static partial void BackendFoundUp(ILogger logger, string backendName, string poolName, string reason);

    [LoggerMessage(EventId = 204, EventName = nameof(ProbeUnexpected), Level = LogLevel.Error,
        Message = "An unexpected error in health checks was contained; they go on.")]
    internal static partial void ProbeUnexpected(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 205, EventName = nameof(ConnectionsReset), Level = LogLevel.Information,
        Message = "Connections of backend {BackendName} of pool {PoolName} are reset, since it is down.")]
    internal static partial void ConnectionsReset(ILogger logger, string backendName, string poolName);

    [LoggerMessage(EventId = 210, EventName = nameof(BackendEjected), Level = LogLevel.Warning,
        Message = "Backend {BackendName} of pool {PoolName} failed live traffic ({FailureCount} in a row) and is left out for {Seconds} s.")]
    internal static partial void BackendEjected(ILogger logger, string backendName, string poolName, int failureCount, double seconds);

    [LoggerMessage(EventId = 211, EventName = nameof(BackendReturned), Level = LogLevel.Information,
        Message = "Backend {BackendName} of pool {PoolName} may take traffic again.")]
    internal static partial void BackendReturned(ILogger logger, string backendName, string poolName);

    [LoggerMessage(EventId = 212, EventName = nameof(PoolFailsOpen), Level = LogLevel.Warning,
        Message = "Pool {PoolName} has no healthy backend left and uses all of them.")]
    internal static partial void PoolFailsOpen(ILogger logger, string poolName);

    [LoggerMessage(EventId = 213, EventName = nameof(PoolRecovered), Level = LogLevel.Information,
        Message = "Pool {PoolName} has a healthy backend again and uses healthy ones only.")]
    internal static partial void PoolRecovered(ILogger logger, string poolName);

    [LoggerMessage(EventId = 214, EventName = nameof(HealthUnexpected), Level = LogLevel.Error,
        Message = "An unexpected error while the health of pool {PoolName} was brought up to date was contained; the pool stays as it was.")]
    internal static partial void HealthUnexpected(ILogger logger, Exception exception, string poolName);

    [LoggerMessage(EventId = 108, EventName = nameof(InheritedUnused), Level = LogLevel.Warning,
        Message = "A listening socket on {EndPoint} was handed to this process, but no listener is configured there; it was closed.")]
    internal static partial void InheritedUnused(ILogger logger, IPEndPoint endPoint);

    [LoggerMessage(EventId = 109, EventName = nameof(HandedOver), Level = LogLevel.Information,
        Message = "{SocketCount} listening sockets were handed over to a successor, which serves now.")]
    internal static partial void HandedOver(ILogger logger, int socketCount);

    [LoggerMessage(EventId = 110, EventName = nameof(HandOverFailed), Level = LogLevel.Warning,
        Message = "A successor took the listening sockets, but did not come to serve: {Reason}. This process goes on.")]
    internal static partial void HandOverFailed(ILogger logger, string reason);

    [LoggerMessage(EventId = 120, EventName = nameof(GoesRound), Level = LogLevel.Warning,
        Message = "Backend {Backend} is listener {ListenerName} of this engine, since this host has its address now: what is sent there comes back, and "
            + "is turned away. Take the backend out of its pool, or bind the listener to one address.")]
    internal static partial void GoesRound(ILogger logger, EndPointKey backend, string listenerName);

    [LoggerMessage(EventId = 215, EventName = nameof(PoolRefuses), Level = LogLevel.Warning,
        Message = "Pool {PoolName} has no healthy backend left and turns clients away (whenAllDown: refuse).")]
    internal static partial void PoolRefuses(ILogger logger, string poolName);

    [LoggerMessage(EventId = 216, EventName = nameof(PoolFull), Level = LogLevel.Warning,
        Message = "Every backend of pool {PoolName} is at its maxConnections: clients of listener {ListenerName} are turned away, since there is no queue "
            + "for them. Said once a minute.")]
    internal static partial void PoolFull(ILogger logger, string poolName, string listenerName);

    [LoggerMessage(EventId = 301, EventName = nameof(ConnectionPlaced), Level = LogLevel.Debug,
        Message = "Connection of {Client} on {ListenerName} goes to {PoolName}/{BackendName}.")]
    internal static partial void ConnectionPlaced(ILogger logger, EndPointKey client, string listenerName, string poolName, string backendName);

    [LoggerMessage(EventId = 302, EventName = nameof(ConnectionRejected), Level = LogLevel.Debug,
        Message = "Connection of {Client} on {ListenerName} was rejected: {Reason}.")]
    internal static partial void ConnectionRejected(ILogger logger, EndPointKey client, string listenerName, RejectReason reason);

    [LoggerMessage(EventId = 303, EventName = nameof(ConnectRetried), Level = LogLevel.Debug,
        Message = "Connect to {PoolName}/{BackendName} failed ({Failure}); connection of {Client} tries {NextBackendName}.")]
    internal static partial void ConnectRetried(
        ILogger logger, string poolName, string backendName, ConnectFailure failure, EndPointKey client, string nextBackendName);

    [LoggerMessage(EventId = 304, EventName = nameof(ConnectionEnded), Level = LogLevel.Debug,
        Message = "Connection of {Client} on {ListenerName} to {BackendName} ended: {Reason}, {Milliseconds} ms, {BytesToBackend} bytes to the "
            + "backend, {BytesToClient} bytes to the client.")]
    internal static partial void ConnectionEnded(
        ILogger logger, EndPointKey client, string listenerName, string backendName, CloseReason reason, long milliseconds,
        long bytesToBackend, long bytesToClient);

    [LoggerMessage(EventId = 305, EventName = nameof(NoLocalPort), Level = LogLevel.Warning,
        Message = "No free source port towards {PoolName}/{BackendName}: widen net.ipv4.ip_local_port_range, or give the pool (more) source addresses or "
            + "backends. The backend itself is not at fault.")]
    internal static partial void NoLocalPort(ILogger logger, string poolName, string backendName);

    [LoggerMessage(EventId = 306, EventName = nameof(FlowPlaced), Level = LogLevel.Debug,
        Message = "Flow of {Client} on {ListenerName} goes to {PoolName}/{BackendName}.")]
    internal static partial void FlowPlaced(ILogger logger, EndPointKey client, string listenerName, string poolName, string backendName);

    [LoggerMessage(EventId = 307, EventName = nameof(FlowRejected), Level = LogLevel.Debug,
        Message = "Datagram of {Client} on {ListenerName} was dropped, no flow began: {Reason}.")]
    internal static partial void FlowRejected(ILogger logger, EndPointKey client, string listenerName, RejectReason reason);

    [LoggerMessage(EventId = 308, EventName = nameof(FlowEnded), Level = LogLevel.Debug,
        Message = "Flow of {Client} on {ListenerName} to {BackendName} ended: {Reason}, {Milliseconds} ms, {Requests} datagrams to the backend, "
            + "{Replies} to the client.")]
    internal static partial void FlowEnded(
        ILogger logger, EndPointKey client, string listenerName, string backendName, CloseReason reason, long milliseconds, long requests, long replies);

    [LoggerMessage(EventId = 309, EventName = nameof(InspectionThrew), Level = LogLevel.Error,
        Message = "The inspection of listener {ListenerName} failed on what {Client} has sent; that client is turned away.")]
    internal static partial void InspectionThrew(ILogger logger, Exception exception, string listenerName, EndPointKey client);

    [LoggerMessage(EventId = 310, EventName = nameof(FlowRetried), Level = LogLevel.Debug,
        Message = "Flow of {Client} on {ListenerName} was not taken by {PoolName}/{BackendName} ({Failure}) and tries {NextBackendName}.")]
    internal static partial void FlowRetried(
        ILogger logger, EndPointKey client, string listenerName, string poolName, string backendName, ConnectFailure failure, string nextBackendName);

    [LoggerMessage(EventId = 311, EventName = nameof(FlowsEvicted), Level = LogLevel.Warning,
        Message = "No place is left: flows that were never answered make room for other clients, the oldest first; the first one was of listener "
            + "{ListenerName}, pool {PoolName}. The count of connections closed as Evicted says how many. Do the backends answer at all? For datagrams "
            + "that nobody answers set responses: 0.")]
    internal static partial void FlowsEvicted(ILogger logger, string listenerName, string poolName);

    [LoggerMessage(EventId = 312, EventName = nameof(ClientsTurnedAway), Level = LogLevel.Warning,
        Message = "Clients of listener {ListenerName} are turned away: {Reason}. {ClientCount} since the last such line, the latest {Client}. Said once a "
            + "minute.")]
    internal static partial void ClientsTurnedAway(ILogger logger, string listenerName, RejectReason reason, long clientCount, EndPointKey client);

    [LoggerMessage(EventId = 313, EventName = nameof(ClientsUnserved), Level = LogLevel.Warning,
        Message = "Clients of listener {ListenerName} reach no backend of pool {PoolName}: {Reason}. {ClientCount} since the last such line, the latest "
            + "{Client}. Said once a minute.")]
    internal static partial void ClientsUnserved(
        ILogger logger, string listenerName, string poolName, CloseReason reason, long clientCount, EndPointKey client);

    [LoggerMessage(EventId = 330, EventName = nameof(ClientFiltered), Level = LogLevel.Debug,
        Message = "{Client} on {ListenerName} was turned away by a filter: {Objection}.")]
    internal static partial void ClientFiltered(ILogger logger, EndPointKey client, string listenerName, string objection);

    [LoggerMessage(EventId = 331, EventName = nameof(FilterThrew), Level = LogLevel.Error,
        Message = "A connection filter failed on {Client} at listener {ListenerName}, who is turned away. Said at most once a second.")]
    internal static partial void FilterThrew(ILogger logger, Exception exception, EndPointKey client, string listenerName);

    [LoggerMessage(EventId = 332, EventName = nameof(DropsAreHeard), Level = LogLevel.Warning,
        Message = "Connections over the rate of listener {ListenerName} cannot be dropped without a word: that takes Linux and CAP_NET_ADMIN. They are "
            + "reset, and the reset lives for one hop.")]
    internal static partial void DropsAreHeard(ILogger logger, string listenerName);

    [LoggerMessage(EventId = 335, EventName = nameof(SourceFailed), Level = LogLevel.Warning,
        Message = "{PoolName}/{BackendName} cannot be connected to from {SourceAddress}: {Problem}. Another source address of the pool is tried, if there is "
            + "one. Said once a minute.")]
    internal static partial void SourceFailed(ILogger logger, string poolName, string backendName, IPAddress sourceAddress, string problem);

    [LoggerMessage(EventId = 320, EventName = nameof(LeaseHolderFailed), Level = LogLevel.Error,
        Message = "Whoever holds leases of {PoolName}/{BackendName} was asked to end them, and threw an exception.")]
    internal static partial void LeaseHolderFailed(ILogger logger, Exception exception, string poolName, string backendName);

    [LoggerMessage(EventId = 402, EventName = nameof(ConfigurationApplied), Level = LogLevel.Information,
        Message = "The new configuration is in force; changes: {ChangeCount}.")]
    internal static partial void ConfigurationApplied(ILogger logger, int changeCount);

    [LoggerMessage(EventId = 403, EventName = nameof(BackendChanged), Level = LogLevel.Information,
        Message = "The operator has changed backend {BackendName} of pool {PoolName}: {OperatorState}, weight {Weight}.")]
    internal static partial void BackendChanged(ILogger logger, string backendName, string poolName, OperatorState operatorState, int weight);

    [LoggerMessage(EventId = 404, EventName = nameof(StateFileBroken), Level = LogLevel.Error,
        Message = "The state file cannot be understood ({Reason}); it was put aside as {AsidePath}, and every backend starts as configured.")]
    internal static partial void StateFileBroken(ILogger logger, string reason, string asidePath);

    [LoggerMessage(EventId = 405, EventName = nameof(StateFileFailed), Level = LogLevel.Error,
        Message = "The state file cannot be read or written: {Reason}. What the operator has set is in force, but would not survive a restart.")]
    internal static partial void StateFileFailed(ILogger logger, string reason);

    [LoggerMessage(EventId = 501, EventName = nameof(NameChanged), Level = LogLevel.Information,
        Message = "{HostName} now resolves to {Addresses} ({AddressCount} in all).")]
    internal static partial void NameChanged(ILogger logger, string hostName, int addressCount, string addresses);

    [LoggerMessage(EventId = 502, EventName = nameof(NameStale), Level = LogLevel.Warning,
        Message = "{HostName} cannot be resolved: {Reason}. What it resolved to last stays in use ({AddressCount} in all), and it is tried again.")]
    internal static partial void NameStale(ILogger logger, string hostName, string reason, int addressCount);

    [LoggerMessage(EventId = 503, EventName = nameof(NameUnknown), Level = LogLevel.Warning,
        Message = "{HostName} cannot be resolved: {Reason}. There is no backend for it until it can; it is tried again.")]
    internal static partial void NameUnknown(ILogger logger, string hostName, string reason);

    [LoggerMessage(EventId = 504, EventName = nameof(NameRecovered), Level = LogLevel.Information,
        Message = "{HostName} is resolved again ({AddressCount} in all).")]
    internal static partial void NameRecovered(ILogger logger, string hostName, int addressCount);

    [LoggerMessage(EventId = 505, EventName = nameof(NameCut), Level = LogLevel.Warning,
        Message = "{HostName} has {FoundCount} addresses; the first {AddressCount} by their bytes are used, the others are left out.")]
    internal static partial void NameCut(ILogger logger, string hostName, int foundCount, int addressCount);

    [LoggerMessage(EventId = 506, EventName = nameof(NamesUnexpected), Level = LogLevel.Error,
        Message = "An unexpected error while host names were resolved was contained; the addresses stay as they are.")]
    internal static partial void NamesUnexpected(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 507, EventName = nameof(NamesNotApplied), Level = LogLevel.Error,
        Message = "New addresses of host names could not be taken: {Reason}. Those of before stay in use, and it is tried again.")]
    internal static partial void NamesNotApplied(ILogger logger, string reason);

    [LoggerMessage(EventId = 401, EventName = nameof(ConfigurationDoubtful), Level = LogLevel.Warning,
        Message = "{Path}: {Doubt}.")]
    internal static partial void ConfigurationDoubtful(ILogger logger, string path, string doubt);
}
