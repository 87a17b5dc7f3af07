// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Configuration;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Datagrams;
using LbEngine.Tests.Harness.Processes;
using LbEngine.Tests.Harness.Streams;

namespace LbEngine.Tests.Harness.Stages;

/// <summary>Everything that one test has opened: balancers, backends, ends, children. Closes it in the right order.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private readonly List<IBalancer> _balancers = [];
    private readonly Stack<IDisposable> _owned = new();
    private readonly Stack<IDisposable> _ground = new();

    public async Task<IBalancer> StartAsync(BalancerKind kind, BalancerSettings settings)
    {
        IBalancer balancer = await Balancers.StartAsync(kind, settings);
        _balancers.Add(balancer);
        return balancer;
    }

    public async Task<EngineBalancer> StartEngineAsync(TransportKind transport, BalancerSettings settings)
    {
        EngineBalancer balancer = await EngineBalancer.StartAsync(transport, settings);
        _balancers.Add(balancer);
        return balancer;
    }

    public async Task<EngineProcess> StartEngineProcessAsync(TransportKind transport, BalancerSettings settings, params string[] launcher)
    {
        EngineProcess balancer = await EngineProcess.StartAsync(transport, settings, launcher);
        _balancers.Add(balancer);
        return balancer;
    }

    public T Own<T>(T disposable)
        where T : IDisposable
    {
        _owned.Push(disposable);
        return disposable;
    }

    /// <summary>Owns something that the balancers stand on: it goes after them.</summary>
    public T OwnGround<T>(T disposable)
        where T : IDisposable
    {
        _ground.Push(disposable);
        return disposable;
    }

    public ScriptedBackend AddBackend(IPAddress? address = null, int backlog = 512, int port = 0) => Own(new ScriptedBackend(address, backlog, port));

    public DatagramBackend AddDatagramBackend(IPAddress? address = null, int port = 0) => Own(new DatagramBackend(address, port));

    public DatagramEcho AddDatagramEcho(IPAddress? address = null, int port = 0, Func<int, bool>? answers = null) =>
        Own(new DatagramEcho(address, port, answers));

    public StreamEcho AddStreamEcho(IPAddress? address = null, int port = 0) => Own(new StreamEcho(address, port));

    public DatagramClient AddClient(IBalancer balancer, int number = 0, IPAddress? from = null) =>
        Own(DatagramClient.Connect(balancer.EndPoint, number, from));

    public async Task<Peer> ConnectAsync(IBalancer balancer, int pair = 0, int receiveBufferSize = 0) =>
        Own(await Peer.ConnectAsync(balancer.EndPoint, pair, receiveBufferSize));

    public async Task<Peer> AcceptAsync(ScriptedBackend backend, int pair = 0, TimeSpan? limit = null) =>
        Own(await backend.AcceptAsync(pair, limit));

    /// <summary>A client and its backend with the balancer between them.</summary>
    public async Task<(Peer Client, Peer Server)> OpenPairAsync(IBalancer balancer, ScriptedBackend backend, int pair = 0)
    {
        Peer client = await ConnectAsync(balancer, pair);
        try
        {
            return (client, await AcceptAsync(backend, pair));
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException($"{exception.Message} The balancer: {await balancer.DescribeAsync()}", exception);
        }
    }

    public async ValueTask DisposeAsync()
    {
        while (_owned.TryPop(out IDisposable? owned))
        {
            owned.Dispose();
        }

        try
        {
            foreach (IBalancer balancer in _balancers)
            {
                await balancer.WaitUntilIdleAsync();
            }
        }
        finally
        {
            foreach (IBalancer balancer in _balancers)
            {
                await balancer.DisposeAsync();
            }

            while (_ground.TryPop(out IDisposable? ground))
            {
                ground.Dispose();
            }
        }
    }
}
