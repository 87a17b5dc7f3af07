// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Observability;
using LbEngine.Testing;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Transport.Memory;

namespace LbEngine.Tests.Model;

/// <summary>What must be true of an engine's counts after every step, whatever has happened.</summary>
internal sealed class EngineBooks(LoadBalancer balancer, bool hasAffinity)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    // Those that left count on while their flows live, where no status shows them.
    private readonly HashSet<Listener> _listeners = [];
    private LoadBalancerStatus? _last;
    private Dictionary<(string Listener, IPAddress Client), int> _lastClients = [];
    private readonly Dictionary<(string Listener, IPAddress Client), int> _uncounted = [];
    private bool _hasReloaded;

    /// <summary>Listeners and backends may be others of the same names now.</summary>
    public void AfterReload()
    {
        _hasReloaded = true;
        _last = null;
    }

    /// <summary>Looks until everything is right: whoever waits for a deadline of a drain goes on elsewhere once the clock has reached it.</summary>
    public void AssertRight(LoadBalancerOptions options, IReadOnlyList<MemoryClient> clients, IReadOnlySet<MemoryConnection> over)
    {
        Exception? failure = null;
        if (!SpinWait.SpinUntil(() => (failure = Record.Exception(() => AssertRightNow(options, clients, over))) is null, Patience))
        {
            throw new InvalidOperationException(failure!.Message, failure);
        }
    }

    private void AssertRightNow(LoadBalancerOptions options, IReadOnlyList<MemoryClient> clients, IReadOnlySet<MemoryConnection> over)
    {
        LoadBalancerStatus now = balancer.GetStatus();
        ConnectionStatus[] rows = [.. balancer.GetConnections()];
        AssertEveryoneIsCounted(now, rows);
        AssertLimits(now, rows, options);
        AssertNoNewTraffic(now);
        AssertClients(rows, clients, over);
        _last = now;
    }

    public void AssertNothingIsHeld(ManualTimeProvider time)
    {
        // A pin that is held open never expires.
        time.Advance(TimeSpan.FromDays(8));
        LoadBalancerStatus now = balancer.GetStatus();
        AssertEveryoneIsCounted(now, []);
        Assert.All(now.Pools, pool => Assert.True(pool.AffinityEntries == 0, $"{pool.AffinityEntries} choices are remembered for ever."));
        Assert.True(MemoryStage.PartsOf(balancer).Traffic.Budget.WhenIdleAsync().IsCompleted, "A place is still reserved.");

        // Whoever waited for the clock is told that the engine has ended, and goes on elsewhere.
        Assert.True(SpinWait.SpinUntil(() => time.ArmedTimers == 0, Waiting.DefaultLimit), $"{time.ArmedTimers} timers are left.");
    }

    private static ListenerStatus? Find(LoadBalancerStatus status, ListenerStatus listener) =>
        status.Listeners.FirstOrDefault(one => one.Name == listener.Name && one.Protocol == listener.Protocol);

    private void AssertEveryoneIsCounted(LoadBalancerStatus now, ConnectionStatus[] rows)
    {
        Assert.Equal(rows.Length, now.ActiveConnections);
        _listeners.UnionWith(MemoryStage.PartsOf(balancer).Model.Listeners);
        Assert.Equal(_listeners.Sum(listener => listener.AcceptedCount), now.Closed.Values.Sum() + now.Rejected.Values.Sum() + rows.Length);
        Assert.Equal(_listeners.Sum(listener => listener.RejectedCount), now.Rejected.Values.Sum());
        Assert.Equal(rows.Length, _listeners.Sum(listener => listener.ActiveCount));
        Assert.False(now.Closed.ContainsKey(CloseReason.InternalError), "A connection ended by an unexpected exception.");
        Assert.Equal(rows.Length, rows.Select(row => row.Id).Distinct().Count());
        foreach (ListenerStatus listener in now.Listeners)
        {
            // The rows of one that left are counted under its name, too.
            int held = rows.Count(row => row.Listener == listener.Name);
            Assert.InRange(listener.ActiveConnections, _hasReloaded ? 0 : held, held);
        }

        foreach (BackendStatus backend in now.Pools[0].Backends)
        {
            int held = rows.Count(row => row.Backend == backend.Name);
            Assert.True(
                _hasReloaded ? backend.ActiveConnections <= held : backend.ActiveConnections == held,
                $"{backend.Name} counts {backend.ActiveConnections}, and {held} rows name it.");
        }
    }

    private void AssertLimits(LoadBalancerStatus now, ConnectionStatus[] rows, LoadBalancerOptions options)
    {
        Assert.True(now.ActiveConnections <= now.Capacity, "The engine holds more than it can.");
        foreach (ListenerStatus listener in now.Listeners)
        {
            // One that leaves takes nobody any more.
            int limit = options.Listeners.TryGetValue(listener.Name, out ListenerOptions? one) ? one.MaxConnections : 0;
            int before = _last is null ? int.MaxValue : Find(_last, listener)?.ActiveConnections ?? 0;
            Assert.True(
                limit == 0 || listener.ActiveConnections <= Math.Max(limit, before), $"{listener.Name} has {listener.ActiveConnections} of {limit}.");
        }

        foreach (BackendStatus backend in now.Pools[0].Backends)
        {
            int limit = options.Pools["site"].Backends[backend.Name].MaxConnections;
            int before = _last is null ? int.MaxValue : FindBackend(_last, backend.Name)?.ActiveConnections ?? 0;
            Assert.True(limit == 0 || backend.ActiveConnections <= Math.Max(limit, before), $"{backend.Name} has {backend.ActiveConnections} of {limit}.");
        }

        Dictionary<(string, IPAddress), int> byClient = rows.GroupBy(row => (row.Listener, row.Client.Address)).ToDictionary(group => group.Key, group => group.Count());
        foreach (((string listener, IPAddress client), int count) in byClient)
        {
            int limit = options.Listeners.TryGetValue(listener, out ListenerOptions? one) ? one.MaxConnectionsPerClient : 0;
            int before = _last is null ? int.MaxValue : _lastClients.GetValueOrDefault((listener, client));

            // Those that came while there was no limit are not counted.
            if (limit == 0)
            {
                _uncounted[(listener, client)] = count;
            }

            int allowed = limit + _uncounted.GetValueOrDefault((listener, client));
            Assert.True(limit == 0 || count <= Math.Max(allowed, before), $"{client} has {count} of {limit} at {listener}.");
        }

        _lastClients = byClient;
    }

    /// <summary>Who drains, is in maintenance or has no weight gets nobody; affinity alone may lead somebody to one that drains.</summary>
    private void AssertNoNewTraffic(LoadBalancerStatus now)
    {
        foreach (BackendStatus backend in now.Pools[0].Backends)
        {
            BackendStatus? before = _last is null ? null : FindBackend(_last, backend.Name);
            bool isBarred = before is not null && Bars(before) && Bars(backend) && before.EndPoint.Equals(backend.EndPoint);
            Assert.True(
                !isBarred || backend.TotalConnections <= before!.TotalConnections, $"{backend.Name} is {backend.OperatorState}, weight {backend.Weight}, and got somebody.");
        }
    }

    private bool Bars(BackendStatus backend) =>
        backend.OperatorState == OperatorState.Maintenance || (!hasAffinity && (backend.OperatorState == OperatorState.Draining || backend.Weight == 0));

    /// <summary>Whoever has not seen an end and does not wait has one row, and nobody else has.</summary>
    private static void AssertClients(ConnectionStatus[] rows, IReadOnlyList<MemoryClient> clients, IReadOnlySet<MemoryConnection> over)
    {
        ILookup<IPEndPoint, ConnectionStatus> byClient = rows.Where(row => row.Protocol == ListenerProtocol.Tcp).ToLookup(row => row.Client);
        foreach (MemoryClient client in clients)
        {
            int held = byClient[client.LocalEndPoint].Count();
            bool isWaiting = client.IsPending || client.Closed is MemoryClose.Refused or MemoryClose.Reset;
            bool isOpen = !isWaiting && client.Closed == MemoryClose.None && !over.Contains(client);
            Assert.True(
                held <= (isWaiting ? 0 : 1) && held >= (isOpen ? 1 : 0),
                $"{client.LocalEndPoint} has {held} rows, and has seen {client.Closed}; it waits: {client.IsPending}.");
        }

        Assert.Equal(byClient.Count, byClient.Count(group => clients.Any(client => client.LocalEndPoint.Equals(group.Key))));
    }

    private static BackendStatus? FindBackend(LoadBalancerStatus status, string name) => status.Pools[0].Backends.FirstOrDefault(one => one.Name == name);
}
