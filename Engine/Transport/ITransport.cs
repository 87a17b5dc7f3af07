// SPDX-License-Identifier: MIT
using LbEngine.Connections;

namespace LbEngine.Transport;

/// <summary>A way to move bytes: epoll reactors, System.Net.Sockets, or memory. Chosen once per engine.</summary>
internal interface ITransport : IAsyncDisposable
{
    /// <summary>The name as in a configuration: linux, sockets or memory.</summary>
    string Name { get; }

    /// <summary>Binds every listener, then begins to accept on all of them. When one cannot be bound, none stays bound and a <see cref="ListenerBindException"/> names it.</summary>
    ValueTask StartAsync(IReadOnlyList<Listener> listeners, CancellationToken cancellationToken);

    /// <summary>Stops accepting: clients already in the backlog are taken first, then the listening sockets of TCP are closed. Live connections go on; UDP sockets stay open for their flows, whose forwarder begins no new ones.</summary>
    ValueTask StopAcceptingAsync();

    /// <summary>Closes live connections and flows with <paramref name="reason"/>, spread evenly over <paramref name="spread"/>; returns when the last has ended.</summary>
    ValueTask CloseConnectionsAsync(CloseReason reason, TimeSpan spread);
}
