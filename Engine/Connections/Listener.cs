// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Backends;

namespace LbEngine.Connections;

/// <summary>A configured entrance at run time: its fixed settings and its live counts. Counts: any thread.</summary>
internal sealed class Listener
{
    private int _active;
    private long _accepted;
    private long _rejected;

    /// <summary>Position in the engine's list of listeners.</summary>
    public required ushort Id { get; init; }

    public required string Name { get; init; }

    public required IPEndPoint Bind { get; init; }

    public required BackendPool Pool { get; init; }

    /// <summary>The most connections at once; <see cref="int.MaxValue"/> for no limit of its own.</summary>
    public int MaxConnections { get; init; } = int.MaxValue;

    /// <summary>The most connections of one client address at once; 0 for no limit.</summary>
    public int MaxConnectionsPerClient { get; init; }

    public int IdleTimeoutMilliseconds { get; init; } = 900_000;

    public int HalfCloseTimeoutMilliseconds { get; init; } = 60_000;

    /// <summary>True: at a limit, arriving clients wait in the kernel's backlog. False: they are accepted and reset.</summary>
    public bool HoldsWhenFull { get; init; } = true;

    /// <summary>True for UDP; then <see cref="Flows"/> holds the time-outs.</summary>
    public bool IsDatagram { get; init; }

    public FlowRules Flows { get; init; } = FlowRules.Default;

    public KeepAlive KeepAlive { get; init; } = new(60, 10, 3);

    /// <summary>Where the listener really listens; differs from <see cref="Bind"/> when that has port 0. Written by the transport before it accepts.</summary>
    public IPEndPoint? BoundEndPoint { get; set; }

    public int ActiveCount => Volatile.Read(ref _active);

    public long AcceptedCount => Volatile.Read(ref _accepted);

    public long RejectedCount => Volatile.Read(ref _rejected);

    /// <summary>Datagrams and bytes that were passed on; stay 0 for TCP.</summary>
    public DatagramCounters Datagrams { get; } = new();

    /// <summary>Counts one connection more unless the limit is reached; matched by one <see cref="Release"/>.</summary>
    public bool TryAcquire()
    {
        if (Interlocked.Increment(ref _active) > MaxConnections)
        {
            Interlocked.Decrement(ref _active);
            return false;
        }

        return true;
    }

    public void Release() => Interlocked.Decrement(ref _active);

    public void CountAccepted() => Interlocked.Increment(ref _accepted);

    public void CountRejected() => Interlocked.Increment(ref _rejected);
}
