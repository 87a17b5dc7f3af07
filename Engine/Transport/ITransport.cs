// SPDX-License-Identifier: MIT
using LbEngine.Connections;
using LbEngine.Lifecycle;

namespace LbEngine.Transport;

/// <summary>
/// A way to move bytes: epoll reactors, System.Net.Sockets, or memory. Chosen once per engine. Members are called by one caller at a time, the
/// closing ones at any time.
/// </summary>
internal interface ITransport : IAsyncDisposable
{
    /// <summary>The name as in a configuration: linux, sockets or memory.</summary>
    string Name { get; }

    /// <summary>
    /// Binds every listener, then begins to accept on all of them. When one cannot be bound, none stays bound and a
    /// <see cref="ListenerBindException"/> names it.
    /// </summary>
    ValueTask StartAsync(IReadOnlyList<Listener> listeners, CancellationToken cancellationToken);

    /// <summary>Descriptors of the listening sockets, which stay the transport's; empty where there are none to be had.</summary>
    IReadOnlyList<int> ListeningDescriptors => [];

    /// <summary><see cref="ListeningDescriptors"/> for another process: from now on they are not this one's alone.</summary>
    IReadOnlyList<int> ShareListeningDescriptors() => [];

    /// <summary>
    /// A successor reads from copies of the listening sockets: datagrams of clients are its own from now on. Replies of live flows still leave here.
    /// </summary>
    ValueTask HandedOverAsync() => ValueTask.CompletedTask;

    /// <summary>
    /// Whether a listener can be opened whose address overlaps with that of an open one, as <see cref="ListenerOverlap"/> says, so that one can follow the
    /// other without a gap.
    /// </summary>
    bool CanOverlap(bool isDatagram) => true;

    /// <summary>
    /// Why backends cannot be connected to from an address that is not this host's, and what would allow it; null when they can. Asks the system each time.
    /// </summary>
    string? RefuseForeignAddresses() => null;

    /// <summary>As <see cref="StartAsync"/>, for more listeners while the others go on. All of them or none.</summary>
    ValueTask AddListenersAsync(IReadOnlyList<Listener> listeners);

    /// <summary>
    /// Stops accepting on some listeners: TCP clients already in the backlog are taken first, then the sockets are closed. A UDP socket
    /// is closed when its last flow has ended. Live connections and flows go on.
    /// </summary>
    ValueTask RemoveListenersAsync(IReadOnlyList<Listener> listeners);

    /// <summary>
    /// Takes back the removal of a UDP listener whose sockets are still open for its flows. False when they are closed; they are then closed to the
    /// last.
    /// </summary>
    ValueTask<bool> TryKeepListenerAsync(Listener listener);

    /// <summary>
    /// Stops accepting: clients already in the backlog are taken first, then the listening sockets of TCP are closed. Live connections go on; UDP
    /// sockets stay open for their flows, whose forwarder begins no new ones.
    /// </summary>
    ValueTask StopAcceptingAsync();

    /// <summary>
    /// Closes live connections and flows with <paramref name="reason"/>, spread evenly over <paramref name="spread"/>; returns when the last that the
    /// scope covers has ended.
    /// </summary>
    ValueTask CloseConnectionsAsync(CloseReason reason, TimeSpan spread, CloseScope scope = default);

    /// <summary>Closes one connection or flow. False when it has ended already.</summary>
    ValueTask<bool> CloseConnectionAsync(ConnectionHandle handle, CloseReason reason);
}
