// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Observability;
using LbEngine.Transport;
using LbEngine.Transport.Linux;

namespace LbEngine.Tests.Harness.Balancing;

/// <summary>This engine, in the test's own process.</summary>
internal sealed class EngineBalancer : IBalancer
{
    private readonly LoadBalancer _engine;
    private readonly LinuxTransport? _linux;

    private EngineBalancer(LoadBalancer engine, ITransport? transport, RecordingLoggerFactory log)
    {
        _engine = engine;
        _linux = transport as LinuxTransport;
        Log = log;
    }

    public IPEndPoint EndPoint => _engine.GetStatus().Listeners[0].EndPoint;

    public LoadBalancer Engine => _engine;

    /// <summary>What it has logged at Information and above.</summary>
    public RecordingLoggerFactory Log { get; }

    public LoadBalancerStatus Status => _engine.GetStatus();

    public static async Task<EngineBalancer> StartAsync(TransportKind transport, BalancerSettings settings)
    {
        var log = new RecordingLoggerFactory();
        ITransport? made = null;
        TransportChoice choice = TransportChoice.From(transport);
        LoadBalancerBuilder builder = new LoadBalancerBuilder()
            .Configure(settings.ToOptions(transport))
            .AddScheduler(InOrderScheduler.Name, set => new InOrderScheduler(set))
            .UseLoggerFactory(log)
            .UseTransport(choice with { Create = context => made = choice.Create(context) });
        if (settings.StateFile is string stateFile)
        {
            builder.UseStateFile(stateFile);
        }

        if (settings.Resolver is not null)
        {
            builder.UseHostResolver(settings.Resolver);
        }

        if (settings.Filter is not null)
        {
            builder.AddConnectionFilter(settings.Filter);
        }

        LoadBalancer engine = builder.Build();
        try
        {
            await engine.StartAsync();
        }
        catch
        {
            await engine.DisposeAsync();
            throw;
        }

        return new EngineBalancer(engine, made, log);
    }

    /// <summary>The TCP connections of each reactor of the Linux transport.</summary>
    public IReadOnlyList<int> ConnectionsPerReactor => _linux!.ConnectionsPerReactor;

    public long Closed(CloseReason reason) => Status.Closed.GetValueOrDefault(reason);

    public long Rejected(RejectReason reason) => Status.Rejected.GetValueOrDefault(reason);

    public long Dropped(DropReason reason) => Status.Dropped.GetValueOrDefault(reason);

    /// <summary>What the first UDP listener has passed on.</summary>
    public DatagramStatus Datagrams => Status.Listeners.Select(listener => listener.Datagrams).First(datagrams => datagrams is not null)!;

    public BackendStatus Backend(int index) => Status.Pools[0].Backends[index];

    /// <summary>Waits until <paramref name="count"/> connections have ended for <paramref name="reason"/>, and checks that none ended for another.</summary>
    public async Task WaitForOnlyCloseAsync(CloseReason reason, long count = 1, TimeSpan? limit = null)
    {
        await Waiting.UntilAsync(() => Status.Closed.Values.Sum() >= count, $"{count} connections have ended with {reason}", limit, Describe);
        Assert.Equal(new Dictionary<CloseReason, long> { [reason] = count }, new Dictionary<CloseReason, long>(Status.Closed));
    }

    /// <summary>Waits for counts of 0; flows, which do not end with their clients, are ended by the engine's own end.</summary>
    public async Task WaitUntilIdleAsync()
    {
        if (_engine.GetStatus().Listeners.Any(listener => listener.Protocol == ListenerProtocol.Udp))
        {
            await _engine.DisposeAsync();
        }

        await WaitForNothingAsync();
    }

    /// <summary>
    /// Waits until it has logged a message so many times. What changes who gets new clients is logged once they go by it; the status may say so a
    /// moment earlier.
    /// </summary>
    public Task WaitForLogAsync(int eventId, int count = 1) => Waiting.UntilAsync(
        () => Log.Lines.Count(line => line.Id == eventId) >= count, $"event {eventId} was logged {count} times", null, () => string.Join('\n', Log.Lines));

    /// <summary>Waits until nothing lives while the engine runs on.</summary>
    public Task WaitForNothingAsync() => Waiting.UntilAsync(IsIdle, "every count of the engine is back at 0", null, Describe);

    public Task<string> DescribeAsync() => Task.FromResult(Describe());

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    /// <summary>What the epoll transport has lent to connections; nothing when none lives. The portable transport has no such count.</summary>
    private (int Connections, int Blocks, int Pipes) Rented => _linux?.Rented ?? default;

    private bool IsIdle()
    {
        LoadBalancerStatus status = Status;
        return status.ActiveConnections == 0
            && status.Listeners.All(listener => listener.ActiveConnections == 0)
            && status.Pools.All(pool => pool.Backends.All(backend => backend.ActiveConnections == 0))
            && !_engine.GetConnections().Any()
            && Rented == default;
    }

    private string Describe()
    {
        LoadBalancerStatus status = Status;
        string backends = string.Join(", ", status.Pools.SelectMany(pool => pool.Backends).Select(backend => $"{backend.Name}={backend.ActiveConnections}"));
        string listeners = string.Join(", ", status.Listeners.Select(listener => $"{listener.Name}={listener.ActiveConnections}"));
        return $"Active {status.ActiveConnections}; listeners {listeners}; backends {backends}; rented {Rented}; "
            + $"closed {string.Join(", ", status.Closed)}; rejected {string.Join(", ", status.Rejected)}; dropped {string.Join(", ", status.Dropped)}; "
            + $"datagrams {status.Listeners[0].Datagrams}.";
    }
}
