// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Configuration;
using LbEngine.Leasing;

namespace LbEngine.Tests.Leasing;

public sealed class LeaseAllocationTests
{
    private const int Rounds = 10_000;

    // The lease itself is 128 bytes: the client's address, six references, a set of eight slots, and what belongs to every object.
    private const int BytesOfALease = 144;

    [Theory]
    [InlineData("198.51.100.7", null)]
    [InlineData(null, null)]
    [InlineData("198.51.100.7", "b")]
    public async Task Lease_TakenRetriedAnsweredAndEnded_AllocatesItselfAndNothingElse(string? client, string? preferred)
    {
        await using LoadBalancer balancer = new LoadBalancerBuilder()
            .AddListener("web", "127.0.0.1:0", pool: "site")
            .AddPool("site", pool =>
            {
                pool.AddBackend("a", "127.0.0.1:9001").AddBackend("b", "127.0.0.1:9002");
                pool.Affinity = new AffinityOptions();
            })
            .Build();
        LeasePool site = balancer.GetLeasePool("site");
        var request = new LeaseRequest { Client = client is null ? null : IPAddress.Parse(client), PreferredBackend = preferred };
        Repeat(site, request);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Repeat(site, request);
        long each = (GC.GetAllocatedBytesForCurrentThread() - before) / Rounds;

        Assert.InRange(each, 1, BytesOfALease);
    }

    private static void Repeat(LeasePool site, LeaseRequest request)
    {
        for (int i = 0; i < Rounds; i++)
        {
            if (!site.TryLease(request, out BackendLease? lease, out _))
            {
                throw new InvalidOperationException("There are two backends, and no limits.");
            }

            using (lease)
            {
                lease.Retry(LeaseFailure.NotBackend);
                lease.Answered();
            }
        }
    }
}
