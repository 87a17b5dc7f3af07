// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Connections;
using LbEngine.Testing;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Transport.Memory;

namespace LbEngine.Tests.Forwarding;

/// <summary>A balancer in memory whose listener inspects: a line names the pool, "site" or "other", of one backend each.</summary>
internal sealed class InspectingStage : IAsyncDisposable
{
    private const string OtherBackend = "10.0.1.1:80";

    private readonly LoadBalancerOptions _options;
    private int _added = 1;

    private InspectingStage(MemoryStage memory, LoadBalancerOptions options, MemoryBackend other, bool skips)
    {
        Memory = memory;
        Other = other;
        _options = options;
        Listener = MemoryStage.PartsOf(memory.Balancer).Model.Listeners[0];
        Inspection = new HeaderInspection(FindPool, skips);
        Listener.Inspection = Inspection;
    }

    public MemoryStage Memory { get; }

    public Listener Listener { get; }

    public HeaderInspection Inspection { get; }

    public MemoryBackend Site => Memory.Backends[0];

    public MemoryBackend Other { get; }

    public static async Task<InspectingStage> StartAsync(
        bool skips = true, Action<ListenerOptions>? listener = null, Action<LoadBalancerOptions>? options = null)
    {
        MemoryBackend? other = null;
        LoadBalancerOptions? all = null;
        MemoryStage memory = await MemoryStage.StartAsync(
            listener: listener,
            names: network => other = network.AddBackend(OtherBackend),
            options: own =>
            {
                own.Pools.Add("other", Pool(OtherBackend));
                options?.Invoke(own);
                all = own;
            });
        return new InspectingStage(memory, all!, other!, skips);
    }

    public MemoryClient Connect() => Memory.Connect();

    public BackendPool? FindPool(string name) => MemoryStage.PartsOf(Memory.Balancer).Model.FindPool(name);

    /// <summary>Adds a backend to the other pool, with the next <see cref="ReloadAsync"/>.</summary>
    public MemoryBackend AddToOther()
    {
        string address = $"10.0.1.{++_added}:80";
        _options.Pools["other"].Backends.Add($"o{_added}", new BackendOptions { Address = address });
        return Memory.Network.AddBackend(address);
    }

    public async Task ReloadAsync(Action<LoadBalancerOptions>? change = null)
    {
        change?.Invoke(_options);
        await Memory.Balancer.ApplyAsync(_options);

        // What options know nothing of, a reload takes away.
        Listener.Inspection = Inspection;
    }

    public ValueTask DisposeAsync() => Memory.DisposeAsync();

    private static BackendPoolOptions Pool(string address)
    {
        var pool = new BackendPoolOptions();
        pool.Backends.Add("o1", new BackendOptions { Address = address });
        return pool;
    }
}
