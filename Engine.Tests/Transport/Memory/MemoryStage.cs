// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using LbEngine.Admission;
using LbEngine.Configuration;
using LbEngine.Control;
using LbEngine.Forwarding;
using LbEngine.Lifecycle;
using LbEngine.Observability;
using LbEngine.Testing;
using LbEngine.Tests.Harness;

namespace LbEngine.Tests.Transport.Memory;

/// <summary>One balancer in memory: listener "web" at 192.0.2.1:80, pool "site" with backends b0, b1, ... at 10.0.0.1:80, 10.0.0.2:80, ...</summary>
/// <remarks>When it is disposed it checks that the engine has given everything back and that every accepted client had exactly one end.</remarks>
internal sealed class MemoryStage : IAsyncDisposable
{
    public const string Listener = "192.0.2.1:80";

    private MemoryStage(MemoryNetwork network, ManualTimeProvider time, LoadBalancer balancer, MemoryBackend[] backends)
    {
        Network = network;
        Time = time;
        Balancer = balancer;
        Backends = backends;
    }

    public ManualTimeProvider Time { get; }

    public MemoryNetwork Network { get; }

    public LoadBalancer Balancer { get; }

    public IReadOnlyList<MemoryBackend> Backends { get; }

    public LoadBalancerStatus Status => Balancer.GetStatus();

    public static async Task<MemoryStage> StartAsync(
        int backends = 1,
        Action<ListenerOptions>? listener = null,
        Action<BackendPoolOptions>? pool = null,
        Action<LoadBalancerOptions>? options = null,
        Action<LoadBalancerBuilder>? builder = null,
        Action<MemoryNetwork>? names = null)
    {
        var time = new ManualTimeProvider();
        var network = new MemoryNetwork(time);
        names?.Invoke(network);
        MemoryBackend[] scripted = [.. Enumerable.Range(1, backends).Select(number => network.AddBackend($"10.0.0.{number}:80"))];
        LoadBalancerBuilder under = new LoadBalancerBuilder()
            .UseMemoryNetwork(network)
            .Configure(all => all.MaxConnections = 1024)
            .AddListener("web", Listener, "site", listener)
            .AddPool("site", site =>
            {
                for (int i = 0; i < scripted.Length; i++)
                {
                    site.AddBackend($"b{i}", scripted[i].EndPoint.ToString());
                }

                pool?.Invoke(site);
            });
        under.Configure(all => options?.Invoke(all));
        builder?.Invoke(under);
        var stage = new MemoryStage(network, time, under.Build(), scripted);
        await stage.Balancer.StartAsync();
        return stage;
    }

    /// <summary>A client; every one without a port gets a port of its own.</summary>
    public MemoryClient Connect(string from = "198.51.100.7") => Network.Connect(from, Listener);

    /// <summary>The newest connection over all backends: the one of the client that has just come, when no other has ended.</summary>
    public MemoryConnection OnlyBackendConnection() => Assert.Single(Backends.SelectMany(backend => backend.Connections));

    /// <summary>Index of the backend that has answered the client with its own name, see <see cref="NameTheBackends"/>.</summary>
    public static int BackendOf(MemoryClient client)
    {
        client.Send("?");
        return int.Parse(client.ReceivedText[..1], System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Makes every backend answer with its own index.</summary>
    public MemoryStage NameTheBackends()
    {
        for (int i = 0; i < Backends.Count; i++)
        {
            Backends[i].Respond($"{i}");
        }

        return this;
    }

    public long Closed(CloseReason reason) => Status.Closed.GetValueOrDefault(reason);

    public long Rejected(RejectReason reason) => Status.Rejected.GetValueOrDefault(reason);

    /// <summary>The one reason for which anything has ended so far, and how often.</summary>
    public void AssertClosedOnly(CloseReason reason, int times = 1)
    {
        KeyValuePair<CloseReason, long> only = Assert.Single(Status.Closed);
        Assert.Equal(reason, only.Key);
        Assert.Equal(times, only.Value);
    }

    /// <summary>
    /// Moves the clock on, second by second or as said, until something has happened: what waits for a deadline goes on elsewhere once the clock has
    /// reached it, and has the real time between two steps for that. Once the condition has held it isn't asked again: it may do something.
    /// </summary>
    public Task AdvanceUntilAsync(Func<bool> condition, string what, TimeSpan? step = null) => Waiting.UntilAsync(
        () =>
        {
            if (condition())
            {
                return true;
            }

            Time.Advance(step ?? TimeSpan.FromSeconds(1));
            return condition();
        },
        what,
        TimeSpan.FromSeconds(20));

    public async ValueTask DisposeAsync()
    {
        await Balancer.DisposeAsync();
        AssertNothingIsHeld(Balancer, Time);
    }

    public static void AssertNothingIsHeld(LoadBalancer balancer, ManualTimeProvider time)
    {
        // A pin that is held open never expires, so one that is left after the longest time-out was not given back.
        time.Advance(TimeSpan.FromDays(8));
        LoadBalancerStatus status = balancer.GetStatus();
        Assert.Equal(0, status.ActiveConnections);
        Assert.Empty(balancer.GetConnections());
        Assert.All(status.Listeners, listener => Assert.Equal(0, listener.ActiveConnections));
        Assert.All(status.Pools, pool => Assert.Equal(0, pool.AffinityEntries));
        Assert.All(status.Pools.SelectMany(pool => pool.Backends), backend => Assert.Equal(0, backend.ActiveConnections));
        Assert.Equal(status.Listeners.Sum(listener => listener.AcceptedConnections), status.Closed.Values.Sum() + status.Rejected.Values.Sum());
        Assert.Equal(status.Listeners.Sum(listener => listener.RejectedConnections), status.Rejected.Values.Sum());
        Assert.False(status.Closed.ContainsKey(CloseReason.InternalError), "A connection ended by an unexpected exception.");
        Assert.Equal(0, PartsOf(balancer).Traffic.Leases.Count);
        UdpForwarder forwarder = PartsOf(balancer).Traffic.UdpForwarder;
        Assert.True(PartsOf(balancer).Traffic.Budget.WhenIdleAsync().IsCompleted, "The engine still has a place reserved.");
        Assert.Equal(0, LimiterOf(AdmissionOf(forwarder))?.ClientCount ?? 0);
    }

    /// <summary>What the engine is made of, for states that nobody can set from outside yet.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_parts")]
    public static extern ref EngineParts PartsOf(LoadBalancer balancer);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_admission")]
    private static extern ref AdmissionController AdmissionOf(UdpForwarder forwarder);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_clientLimiter")]
    private static extern ref ConnectionLimiter? LimiterOf(AdmissionController admission);
}
