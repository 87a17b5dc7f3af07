// SPDX-License-Identifier: MIT
using LbEngine.Admission;
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Configuration.Text;
using LbEngine.Connections;
using LbEngine.Control.Model;
using LbEngine.Control.Reload;
using LbEngine.Control.Succession;
using LbEngine.Lifecycle;
using LbEngine.Observability;
using LbEngine.Resolution;
using LbEngine.Timing;

namespace LbEngine.Control;

/// <summary>Copies what the run-time objects count into the public status records. Any thread.</summary>
internal sealed class StatusReader
{
    private static readonly string Version = typeof(StatusReader).Assembly.GetName().Version?.ToString(3) ?? "";

    private readonly EngineState _state;
    private readonly EngineModel _model;
    private readonly TrafficParts _traffic;
    private readonly LeavingBackends _leaving;
    private readonly Predecessor _predecessor;
    private readonly NameMonitor _names;
    private readonly TrafficMeter _meter;
    private readonly TimeProvider _timeProvider;

    public StatusReader(
        EngineState state,
        EngineModel model,
        TrafficParts traffic,
        LeavingBackends leaving,
        Predecessor predecessor,
        NameMonitor names,
        TrafficMeter meter,
        TimeProvider timeProvider)
    {
        _state = state;
        _model = model;
        _traffic = traffic;
        _leaving = leaving;
        _predecessor = predecessor;
        _names = names;
        _meter = meter;
        _timeProvider = timeProvider;
    }

    public LoadBalancerState State => _state.Current;

    private long Now => CoarseClock.ReadMilliseconds(_timeProvider);

    public LoadBalancerStatus Read() => _meter.Read(Read);

    private LoadBalancerStatus Read(TrafficWindow window)
    {
        long now = Now;
        return new LoadBalancerStatus(
            _state.Current,
            _traffic.Transport.Name,
            _traffic.ReadCapacity(_model),
            _traffic.Table.Count,
            [.. _model.Listeners.Concat(_model.ListenerDirectory.Leaving).Select(listener => ReadListener(listener, window))],
            [.. _model.Pools.Select(pool => ReadPool(pool, _model.Affinity.Find(pool.Id), ReadNames(pool.Name, now), window, now))],
            Present<CloseReason>(_traffic.Counters.ReadClosed),
            Present<RejectReason>(_traffic.Counters.ReadRejected),
            Present<DropReason>(_traffic.Counters.ReadDropped))
        {
            LeavingBackends = [.. _leaving.All.Select(backend => new LeavingBackendStatus(backend.Pool.Name, ReadBackend(backend, window, now)))],
            PredecessorRuns = _predecessor.IsRunning,
            Version = Version,
            Uptime = _state.Times.Uptime,
            ConfigurationAge = _state.Times.ConfigurationAge,
            RateWindow = TimeSpan.FromMilliseconds(window.Milliseconds),
        };
    }

    public IEnumerable<ConnectionStatus> ReadConnections()
    {
        int cursor = 0;
        while (_traffic.Table.TryReadNext(ref cursor, out ConnectionSnapshot connection))
        {
            Backend? backend = _model.Backends.Find(connection.BackendId);
            if ((backend is null && connection.Phase != ConnectionPhase.Inspecting)
                || _model.ListenerDirectory.Find(connection.Key.ListenerId) is not Listener listener)
            {
                continue;
            }

            // A transport's clock may stand up to a tick behind: nothing was idle before it came.
            long now = Now;
            long lastActive = Math.Max(connection.LastActiveMilliseconds, connection.CreatedMilliseconds);
            yield return new ConnectionStatus(
                ConnectionId.Format(connection.Handle),
                connection.Key.Client.ToIPEndPoint(),
                connection.Kind == EntryKind.Connection ? ListenerProtocol.Tcp : ListenerProtocol.Udp,
                listener.Name,
                backend?.Pool.Name ?? "",
                backend?.Name ?? "",
                connection.Phase,
                Since(connection.CreatedMilliseconds, now),
                Since(lastActive, now),
                connection.BytesToBackend,
                connection.BytesToClient)
            {
                Peer = connection.Peer.Port != 0 ? connection.Peer.ToIPEndPoint() : null,
            };
        }
    }

    public IEnumerable<AffinityStatus> ReadAffinity(string? poolName)
    {
        long now = Now;
        foreach (BackendPool pool in _model.Pools.Where(pool => poolName is null || pool.Name == poolName))
        {
            foreach (AffinityEntry entry in _model.Affinity.Find(pool.Id)?.Table.ReadAll(now) ?? [])
            {
                if (_model.Backends.Find(entry.BackendId) is Backend backend)
                {
                    TimeSpan? expiresIn = entry.Connections > 0 ? null : Since(now, entry.ExpiresAtMilliseconds);
                    yield return new AffinityStatus(entry.Client.ToIPAddress(), pool.Name, backend.Name, entry.Connections, expiresIn);
                }
            }
        }
    }

    private static ListenerStatus ReadListener(Listener listener, TrafficWindow window) => new(
        listener.Name,
        listener.IsDatagram ? ListenerProtocol.Udp : ListenerProtocol.Tcp,
        listener.BoundEndPoint ?? listener.Bind,
        listener.Pool.Name,
        listener.ActiveCount,
        listener.AcceptedCount,
        listener.RejectedCount,
        listener.IsDatagram ? ReadDatagrams(listener.Datagrams) : null)
    {
        IsEverywhere = listener.EndPoints.Count > 1,
        RoutePools = [.. listener.RoutePools.Select(static pool => pool.Name)],
        IsRemoving = listener.IsRemoved,
        MaxConnections = listener.MaxConnections == int.MaxValue ? 0 : listener.MaxConnections,
        HeldConnections = Math.Max(0, listener.HeldCount),
        InspectingConnections = listener.Inspected.Count,
        Traffic = window.Describe(listener.Traffic),
    };

    private static DatagramStatus ReadDatagrams(DatagramCounters counters) => new(
        counters.ToBackends,
        counters.BytesToBackends,
        counters.ToClients,
        counters.BytesToClients,
        counters.Dropped);

    private BackendPoolStatus ReadPool(
        BackendPool pool, PoolAffinity? affinity, IReadOnlyList<NameStatus> names, TrafficWindow window, long now)
    {
        var backends = new List<BackendStatus>();
        BackendSet set = pool.Current;
        foreach (Backend? backend in set.BySlot)
        {
            if (backend is not null)
            {
                backends.Add(ReadBackend(backend, window, now));
            }
        }

        return new BackendPoolStatus(pool.Name, pool.SchedulerName, affinity?.Table.Count(now) ?? 0, set.IsFailingOpen, set.IsAllDown, backends, names);
    }

    private List<NameStatus> ReadNames(string poolName, long now)
    {
        var names = new List<NameStatus>();

        // A reload may have taken the pool out of the configuration just now.
        if (_model.Configured.Pools.TryGetValue(poolName, out BackendPoolOptions? pool))
        {
            foreach ((string backend, BackendOptions options) in pool.Backends)
            {
                if (HostNames.Find(pool, options) is HostName host)
                {
                    NameState state = _names.Find(host) ?? NameState.Unknown;
                    TimeSpan? age = state.ResolvedMilliseconds is long then ? Since(then, now) : null;
                    names.Add(new NameStatus(backend, host.Name, BackendAddress.Parse(options.Address).Port, state.Addresses, age, state.Failure));
                }
            }
        }

        return names;
    }

    private BackendStatus ReadBackend(Backend backend, TrafficWindow window, long now) => new(
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
        backend.LastProbe is LastProbe probe ? ReadProbe(probe, now) : null)
    {
        IsChecked = _model.Configured.Pools.TryGetValue(backend.Pool.Name, out BackendPoolOptions? pool) && pool.Health is not null,
        Traffic = window.Describe(backend.Traffic),
        SourceFailures = backend.SourceFailures,
    };

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
