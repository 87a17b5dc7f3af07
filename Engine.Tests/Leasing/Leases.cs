// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Leasing;
using LbEngine.Lifecycle;
using LbEngine.Observability;
using LbEngine.Tests.Transport.Memory;

namespace LbEngine.Tests.Leasing;

/// <summary>Takes leases of the pool of a stage, and looks at what its backends count.</summary>
internal static class Leases
{
    public static LeasePool Site(this MemoryStage stage) => stage.Balancer.GetLeasePool("site");

    /// <summary>A lease that must be given.</summary>
    public static BackendLease Take(this LeasePool pool, string? client = null, string? preferred = null)
    {
        var request = new LeaseRequest { Client = client is null ? null : IPAddress.Parse(client), PreferredBackend = preferred };
        Assert.True(pool.TryLease(request, out BackendLease? lease, out RejectReason reason), $"No lease of pool '{pool.Name}': {reason}.");
        return lease;
    }

    /// <summary>Why no lease is given; None when one was, which is ended at once.</summary>
    public static RejectReason Ask(this LeasePool pool, LeaseRequest request = default)
    {
        _ = pool.TryLease(request, out BackendLease? lease, out RejectReason reason);
        lease?.Dispose();
        return reason;
    }

    public static BackendStatus Backend(this MemoryStage stage, string name) => stage.Status.Pools[0].Backends.Single(backend => backend.Name == name);

    /// <summary>Ends a lease that was only taken to see where it goes.</summary>
    public static string EndAndName(this BackendLease lease)
    {
        lease.Dispose();
        return lease.Backend;
    }

    /// <summary>What the backends of the first pool hold, in their order.</summary>
    public static int[] Counts(this MemoryStage stage) => [.. stage.Status.Pools[0].Backends.Select(backend => backend.ActiveConnections)];
}
