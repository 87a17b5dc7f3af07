// SPDX-License-Identifier: MIT
using System.Net;

namespace LbEngine.Testing;

/// <summary>A client of the balancer, in the hands of a test. Made by <see cref="MemoryNetwork.Connect(string, string)"/>.</summary>
public sealed class MemoryClient : MemoryConnection
{
    private RelayEnd? _remote;

    /// <summary>Internal: made by a <see cref="MemoryNetwork"/>.</summary>
    internal MemoryClient(RunQueue queue, IPEndPoint localEndPoint, IPEndPoint remoteEndPoint)
        : base(queue, localEndPoint, remoteEndPoint)
    {
    }

    /// <summary>True while it waits in the listener's backlog, because the balancer is at a limit and does not accept.</summary>
    public bool IsPending => Queue.Read(() => _remote is { IsWaiting: true });

    /// <summary>Joins it to the balancer's side. Under the queue's lock.</summary>
    internal void LinkTo(RelayEnd remote)
    {
        _remote = remote;
        base.LinkTo(remote);
    }
}
