// SPDX-License-Identifier: MIT
using System.Diagnostics.CodeAnalysis;
using LbEngine.Backends;
using LbEngine.Lifecycle;

namespace LbEngine.Leasing;

/// <summary>A pool as a front end of your own uses it: an HTTP proxy, or another protocol. From <see cref="LoadBalancer.GetLeasePool"/>; keep it.</summary>
/// <remarks>
/// <para>Any thread. It stays good over every reload: it means the pool that has its name when a lease is asked for.</para>
/// <para>
/// A lease goes by the pool's scheduler, affinity, health, slow start, <c>connectAttempts</c> and its backends' <c>maxConnections</c>, and counts at
/// its backend as a connection of a listener does. It has no listener, so no listener's limits apply, and it takes none of the engine's
/// <c>maxConnections</c>: limit your clients yourself. <see cref="LoadBalancer.GetConnections"/> does not list it.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// LeasePool pool = balancer.GetLeasePool("site");
/// if (pool.TryLease(new LeaseRequest { Client = address }, out BackendLease? lease, out RejectReason reason))
/// {
///     using (lease)
///     {
///         await socket.ConnectAsync(lease.EndPoint);
///     }
/// }
/// </code>
/// </example>
public sealed class LeasePool
{
    private readonly LeaseBook _book;
    private volatile Seen _seen = new([], null);

    internal LeasePool(LeaseBook book, string name)
    {
        _book = book;
        Name = name;
    }

    /// <summary>The pool's name.</summary>
    public string Name { get; }

    /// <summary>Takes a backend for one client, request or whatever the front end calls it.</summary>
    /// <param name="request">What is known of the client.</param>
    /// <param name="lease">To be ended once, whatever happens: <c>using</c> does it.</param>
    /// <param name="reason">
    /// Why there is none: <see cref="RejectReason.NoBackend"/> when all are down, drained, full or of weight 0, or a reload has removed the pool;
    /// <see cref="RejectReason.Draining"/> when the engine takes no new clients any more.
    /// </param>
    /// <returns>False when there is no backend; then nothing is held.</returns>
    public bool TryLease(in LeaseRequest request, [NotNullWhen(true)] out BackendLease? lease, out RejectReason reason)
    {
        if (Find() is BackendPool pool)
        {
            return _book.TryTake(pool, request, out lease, out reason);
        }

        lease = null;
        reason = _book.IsOpen ? RejectReason.NoBackend : RejectReason.Draining;
        return false;
    }

    /// <summary>By name once for each configuration: a lease costs one comparison of references.</summary>
    private BackendPool? Find()
    {
        IReadOnlyList<BackendPool> pools = _book.Pools;
        Seen seen = _seen;
        if (!ReferenceEquals(seen.All, pools))
        {
            _seen = seen = new Seen(pools, pools.FirstOrDefault(pool => pool.Name == Name));
        }

        return seen.Pool;
    }

    private sealed record Seen(IReadOnlyList<BackendPool> All, BackendPool? Pool);
}
