// SPDX-License-Identifier: MIT
using LbEngine.Admission;
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Configuration.Text;
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Observability;
using LbEngine.Resolution;
using LbEngine.Timing;

namespace LbEngine.Control;

/// <summary>Copies what the run-time objects count into the public status records. Any thread.</summary>
internal static class StatusReader
{
    public static LoadBalancerStatus Read(EngineParts parts, LoadBalancerState state, long now) => new(
        state,
        parts.Transport.Name,
        parts.Table.Capacity,
        parts.Table.Count,
        [.. parts.Model.Listeners.Select(ReadListener)],
        [.. parts.Model.Pools.Select(pool => ReadPool(pool, parts.Model.Affinity.Find(pool.Id), ReadNames(parts, pool.Name, now), now))],
        Present<CloseReason>(parts.Counters.ReadClosed),
        Present<RejectReason>(parts.Counters.ReadRejected),
        Present<DropReason>(parts.Counters.ReadDropped));

    public static IEnumerable<ConnectionStatus> ReadConnections(EngineParts parts)
    {
        int cursor = 0;
        while (parts.Table.TryReadNext(ref cursor, out ConnectionSnapshot connection))
        {
            if (parts.Model.Backends.Find(connection.BackendId) is not Backend backend
                || parts.Model.ListenerDirectory.Find(connection.Key.ListenerId) is not Listener listener)
            {
                continue;
            }

            // A transport's clock may stand up to a tick behind: nothing was idle before it came.
            long now = CoarseClock.ReadMilliseconds(parts.TimeProvider);
            long lastActive = Math.Max(connection.LastActiveMilliseconds, connection.CreatedMilliseconds);
            yield return new ConnectionStatus(
                ConnectionId.Format(connection.Handle),
                connection.Key.Client.ToIPEndPoint(),
                connection.Kind == EntryKind.Connection ? ListenerProtocol.Tcp : ListenerProtocol.Udp,
                listener.Name,
                backend.Pool.Name,
                backend.Name,
                connection.Phase,
                Since(connection.CreatedMilliseconds, now),
                Since(lastActive, now),
                connection.BytesToBackend,
                connection.BytesToClient);
        }
    }

    public static IEnumerable<AffinityStatus> ReadAffinity(EngineParts parts, string? poolName)
    {
        long now = CoarseClock.ReadMilliseconds(parts.TimeProvider);
        foreach (BackendPool pool in parts.Model.Pools.Where(pool => poolName is null || pool.Name == poolName))
        {
            foreach (AffinityEntry entry in parts.Model.Affinity.Find(pool.Id)?.Table.ReadAll(now) ?? [])
            {
                if (parts.Model.Backends.Find(entry.BackendId) is Backend backend)
                {
                    TimeSpan? expiresIn = entry.Connections > 0 ? null : Since(now, entry.ExpiresAtMilliseconds);
                    yield return new AffinityStatus(entry.Client.ToIPAddress(), pool.Name, backend.Name, entry.Connections, expiresIn);
                }
            }
        }
    }

    private static ListenerStatus ReadListener(Listener listener) => new(
        listener.Name,
        listener.IsDatagram ? ListenerProtocol.Udp : ListenerProtocol.Tcp,
        listener.BoundEndPoint ?? listener.Bind,
        listener.Pool.Name,
        listener.ActiveCount,
        listener.AcceptedCount,
        listener.RejectedCount,
        listener.IsDatagram ? ReadDatagrams(listener.Datagrams) : null);

    private static DatagramStatus ReadDatagrams(DatagramCounters counters) => new(
        counters.ToBackends,
        counters.BytesToBackends,
        counters.ToClients,
        counters.BytesToClients,
        counters.Dropped);

    private static BackendPoolStatus ReadPool(BackendPool pool, PoolAffinity? affinity, IReadOnlyList<NameStatus> names, long now)
    {
        var backends = new List<BackendStatus>();
        BackendSet set = pool.Current;
        foreach (Backend? backend in set.BySlot)
        {
            if (backend is not null)
            {
                backends.Add(ReadBackend(backend, now));
            }
        }

        return new BackendPoolStatus(pool.Name, pool.SchedulerName, affinity?.Table.Count(now) ?? 0, set.IsFailingOpen, set.IsAllDown, backends, names);
    }

    private static List<NameStatus> ReadNames(EngineParts parts, string poolName, long now)
    {
        var names = new List<NameStatus>();

        // A reload may have taken the pool out of the configuration just now.
        if (parts.Model.Configured.Pools.TryGetValue(poolName, out BackendPoolOptions? pool))
        {
            foreach ((string backend, BackendOptions options) in pool.Backends)
            {
                if (HostNames.Find(pool, options) is HostName host)
                {
                    NameState state = parts.Names.Find(host) ?? NameState.Unknown;
                    names.Add(new NameStatus(backend, host.Name, BackendAddress.Parse(options.Address).Port, state.Addresses, state.ResolvedMilliseconds is long then ? Since(then, now) : null, state.Failure));
                }
            }
        }

        return names;
    }

    private static BackendStatus ReadBackend(Backend backend, long now) => new(
        backend.Name,
        backend.Address,
        backend.Weight,
        backend.OperatorState,
        backend.HealthState,
        backend.IsEjected,
        backend.ActiveCount,
        backend.TotalConnections,
        backend.ConnectFailures,
        backend.Resets,
        backend.SlowStartPermille / 10,
        backend.LastProbe is LastProbe probe ? ReadProbe(probe, now) : null);

    private static ProbeStatus ReadProbe(LastProbe probe, long now) =>
        new(Since(probe.EndedMilliseconds, now), probe.Result.Elapsed, probe.Result.Cause, probe.Result.Describe());

    private static Dictionary<TReason, long> Present<TReason>(Func<TReason, long> read)
        where TReason : struct, Enum
    {
        var counts = new Dictionary<TReason, long>();
        foreach (TReason reason in Enum.GetValues<TReason>())
        {
            if (read(reason) is > 0 and long count)
            {
                counts.Add(reason, count);
            }
        }

        return counts;
    }

    private static TimeSpan Since(long then, long now) => TimeSpan.FromMilliseconds(Math.Max(0, now - then));
}
