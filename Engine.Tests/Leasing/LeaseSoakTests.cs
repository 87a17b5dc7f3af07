// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Leasing;
using LbEngine.Lifecycle;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Runs;
using LbEngine.Tests.Harness.Threads;
using LbEngine.Tests.Transport.Memory;

namespace LbEngine.Tests.Leasing;

[Collection("Soak")]
[Trait(Quick.Category, Quick.Slow)]
public sealed class LeaseSoakTests
{
    private const int Threads = 4;
    private const int Rounds = 20_000;

    /// <summary>
    /// Everybody takes, retries, answers and fails; each lease may be ended by two threads at once; pools and backends come and go meanwhile.
    /// </summary>
    [Fact]
    public async Task Leases_ManyThreadsWhileTheEngineChanges_AreAllGivenBack()
    {
        await using LoadBalancer balancer = new LoadBalancerBuilder().Configure(Options(backends: 4, withOther: true)).Build();
        await balancer.StartAsync();
        LeasePool[] pools = [balancer.GetLeasePool("site"), balancer.GetLeasePool("other")];
        var shared = new Shared?[Threads];
        using var over = new CancellationTokenSource();
        Task changing = Task.Run(() => ChangeAsync(balancer, over.Token));
        int taken = 0;
        int moved = 0;

        Threaded.Run(Threads, thread =>
        {
            var random = new Random(thread);
            for (int i = 0; i < Rounds; i++)
            {
                if (!pools[random.Next(4) / 3].TryLease(Request(random), out BackendLease? lease, out RejectReason reason))
                {
                    Assert.Equal(RejectReason.NoBackend, reason);
                    continue;
                }

                Interlocked.Increment(ref taken);

                // From here on others may end it at any time.
                var own = new Shared(lease);
                Volatile.Write(ref shared[thread], own);
                while (random.Next(3) == 0 && lease.Retry((LeaseFailure)random.Next(3)))
                {
                    Interlocked.Increment(ref moved);
                }

                lease.Answered();
                Volatile.Read(ref shared[random.Next(Threads)])?.End();
                if (!own.IsEnded)
                {
                    lease.End((LeaseFailure)random.Next(3));
                    lease.Dispose();
                }

                Assert.False(lease.Retry(LeaseFailure.Connect));
            }
        });
        await over.CancelAsync();
        await changing.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.InRange(taken, Rounds, Threads * Rounds);
        Assert.InRange(moved, 1_000, int.MaxValue);
        await AssertNothingIsHeldAsync(balancer);
    }

    [Fact]
    public async Task DrainAsync_WhileManyThreadsLease_CompletesWithTheLastLease()
    {
        for (int round = 0; round < 50; round++)
        {
            await using LoadBalancer balancer = new LoadBalancerBuilder().Configure(Options(backends: 2, withOther: false)).Build();
            await balancer.StartAsync();
            LeasePool site = balancer.GetLeasePool("site");
            Task[] leasing = [.. Enumerable.Range(0, Threads).Select(_ => Task.Run(() => LeaseUntilRefused(site)))];

            await balancer.DrainAsync().WaitAsync(TimeSpan.FromSeconds(30));
            int left = MemoryStage.PartsOf(balancer).Traffic.Leases.Count;
            await Task.WhenAll(leasing).WaitAsync(TimeSpan.FromSeconds(30));

            // Somebody who is about to be refused may count for a moment.
            Assert.InRange(left, 0, Threads);
            Assert.All(balancer.GetStatus().Pools[0].Backends, backend => Assert.Equal(0, backend.ActiveConnections));
        }
    }

    private static LeaseRequest Request(Random random) => new()
    {
        Client = random.Next(4) == 0 ? null : new IPAddress([198, 51, 100, (byte)random.Next(100)]),
        PreferredBackend = random.Next(4) == 0 ? $"b{random.Next(6)}" : null,
    };

    private static void LeaseUntilRefused(LeasePool pool)
    {
        while (pool.TryLease(default, out BackendLease? lease, out RejectReason reason))
        {
            lease.Dispose();
            Assert.Equal(RejectReason.None, reason);
        }
    }

    /// <summary>Backends leave and come back, the second pool too, and the operator drains and lets in.</summary>
    private static async Task ChangeAsync(LoadBalancer balancer, CancellationToken over)
    {
        var random = new Random(99);
        for (int i = 0; !over.IsCancellationRequested; i++)
        {
            await balancer.ApplyAsync(Options(backends: 2 + random.Next(3), withOther: i % 3 > 0), force: true, CancellationToken.None);
            await balancer.SetBackendStateAsync("site", $"b{random.Next(2)}", (OperatorState)random.Next(3), CancellationToken.None);
            await Task.Yield();
        }

        await balancer.ApplyAsync(Options(backends: 4, withOther: true), force: true, CancellationToken.None);
    }

    /// <summary>A backend that was removed is known until it holds nothing, so those that are known at the end are those that are configured.</summary>
    private static async Task AssertNothingIsHeldAsync(LoadBalancer balancer)
    {
        BackendDirectory known = MemoryStage.PartsOf(balancer).Model.Backends;
        Assert.Equal(0, MemoryStage.PartsOf(balancer).Traffic.Leases.Count);
        Assert.All(known.ReadAll(), backend => Assert.Equal(0, backend.ActiveCount));
        Assert.All(balancer.GetAffinity(), entry => Assert.Equal(0, entry.Connections));
        await Waiting.UntilAsync(
            () => known.ReadAll().Count() == 5, "backends that were removed are forgotten", describe: () => $"{known.ReadAll().Count()} are known.");
    }

    private static LoadBalancerOptions Options(int backends, bool withOther)
    {
        var options = new LoadBalancerOptions();
        options.Listeners.Add("web", new ListenerOptions { Bind = "127.0.0.1:0", Pool = "site" });
        BackendPoolOptions site = new() { Affinity = new AffinityOptions { MaxEntries = 64 }, ConnectAttempts = 4 };
        for (int i = 0; i < backends; i++)
        {
            site.AddBackend($"b{i}", $"127.0.0.1:{9001 + i}");
        }

        site.Backends["b0"].MaxConnections = 1;
        options.Pools.Add("site", site);
        if (withOther)
        {
            options.Pools.Add("other", new BackendPoolOptions().AddBackend("only", "127.0.0.1:9100"));
        }

        return options;
    }

    /// <summary>A lease that others may end: whoever sees that it was ended leaves it at that, so an end that gets lost is never made good.</summary>
    private sealed class Shared(BackendLease lease)
    {
        private volatile bool _isEnded;

        public bool IsEnded => _isEnded;

        public void End()
        {
            lease.Dispose();
            _isEnded = true;
        }
    }
}
