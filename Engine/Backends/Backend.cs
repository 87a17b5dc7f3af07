// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Scheduling;

namespace LbEngine.Backends;

/// <summary>One server that takes traffic: its identity, its live counts, and its two states.</summary>
/// <remarks>Counts: any thread. Weight, limit and states: written under <see cref="BackendPool.Writer"/>, then published in a new
/// <see cref="BackendSet"/>.</remarks>
internal sealed class Backend
{
    /// <summary>The number of no backend: what the row of a client says that is not placed yet.</summary>
    public const int NoId = -1;

    private readonly LoadCounters _counters;
    private readonly ResetWitnesses _witnesses = new();
    private long _totalConnections;
    private long _connectFailures;
    private long _resets;
    private long _sourceFailures;
    private volatile bool _keepsTraffic;
    private volatile LastProbe? _lastProbe;
    private long _lastFailureMilliseconds;
    private int _failuresInARow;
    private volatile bool _isReplaced;
    private int _isFailureNoted;
    private int _stateChanges;

    public Backend(int id, string name, BackendPool pool, IPEndPoint address, int slot, LoadCounters counters)
    {
        Id = id;
        Name = name;
        Pool = pool;
        Address = address;
        SocketAddress = address.Serialize();
        Slot = slot;
        _counters = counters;
    }

    /// <summary>Unique in the engine, never reused.</summary>
    public int Id { get; }

    public string Name { get; }

    public BackendPool Pool { get; }

    public IPEndPoint Address { get; }

    /// <summary>The family of its address.</summary>
    public bool IsIPv4 => SocketAddress.Family == System.Net.Sockets.AddressFamily.InterNetwork;

    /// <summary>The address as the operating system takes it, made once. Read only.</summary>
    public SocketAddress SocketAddress { get; }

    /// <summary>Index in the pool's <see cref="SchedulingSet"/>, for life.</summary>
    public int Slot { get; }

    public int Weight { get; internal set; } = 1;

    /// <summary>The most connections at once; <see cref="int.MaxValue"/> for no limit.</summary>
    public int MaxConnections { get; internal set; } = int.MaxValue;

    public OperatorState OperatorState { get; internal set; }

    public HealthState HealthState { get; internal set; }

    /// <summary>Left out for a while because its traffic failed, whatever probes say. Independent of its <see cref="HealthState"/>.</summary>
    public bool IsEjected { get; internal set; }

    /// <summary>True when the operator wants new traffic here, healthy or not.</summary>
    public bool TakesNewTraffic => OperatorState == OperatorState.Ready && Weight > 0;

    /// <summary>True when nothing speaks against its health, as far as anybody knows.</summary>
    public bool IsHealthy => HealthState != HealthState.Down && !IsEjected;

    /// <summary>How far its slow start has come; <see cref="SlowStartWeights.Full"/> when it is over, or there is none.</summary>
    public int SlowStartPermille { get; internal set; } = SlowStartWeights.Full;

    /// <summary>When its slow start began; negative while nobody has looked at the clock yet.</summary>
    public long SlowStartedMilliseconds { get; internal set; } = -1;

    /// <summary>True when it was wanted and healthy in the set that was published last.</summary>
    public bool WasServing { get; internal set; }

    /// <summary>What decides whether it takes clients, as it is now.</summary>
    public BackendState State => new(OperatorState, HealthState, IsEjected, Weight);

    /// <summary>The same as it was published last; null before. Pool writer only.</summary>
    public BackendState? PublishedState { get; internal set; }

    /// <summary>Asks the holders of its leases to end: connections and flows are closed by their transport, leases belong to others. Any thread.</summary>
    public EndSignal LeaseEnd { get; } = new();

    /// <summary>Bytes that went to it and came from it, those of leases not counted.</summary>
    public TrafficRecord Traffic { get; } = new();

    /// <summary>What the last probe found; null before the first. Any thread.</summary>
    public LastProbe? LastProbe
    {
        get => _lastProbe;
        internal set => _lastProbe = value;
    }

    /// <summary>Connections and flows held now, counted from the moment of the pick.</summary>
    public int ActiveCount => _isReplaced ? 0 : _counters.Read(Slot);

    public long TotalConnections => Volatile.Read(ref _totalConnections);

    public long ConnectFailures => Volatile.Read(ref _connectFailures);

    public long Resets => Volatile.Read(ref _resets);

    /// <summary>Connects that one of the pool's source addresses could not make: no free port, or none of this host's. Any thread.</summary>
    public long SourceFailures => Volatile.Read(ref _sourceFailures);

    /// <summary>
    /// True when known clients may come back here, by affinity or with a flow that lives: usable or draining, and healthy unless
    /// the whole pool fails open. One plain read: decided when the pool is published, false before. Any thread.
    /// </summary>
    public bool KeepsTraffic
    {
        get => _keepsTraffic;
        internal set => _keepsTraffic = value;
    }

    /// <summary>It was removed, held nothing any more, and its slot now counts for another backend. Pool writer only.</summary>
    public void GiveUpSlot() => _isReplaced = true;

    /// <summary>Counts one connection more, unless the limit is reached. Every true must be matched by one <see cref="Release"/>. Any thread.</summary>
    public bool TryAcquire()
    {
        if (MaxConnections == int.MaxValue)
        {
            _counters.Increment(Slot);
        }
        else if (!_counters.TryIncrement(Slot, MaxConnections))
        {
            return false;
        }

        Interlocked.Increment(ref _totalConnections);
        return true;
    }

    /// <summary>Gives back what <see cref="TryAcquire"/> took. Any thread.</summary>
    public void Release() => _counters.Decrement(Slot);

    /// <summary>How often the operator has set its state. Any thread.</summary>
    public int StateChanges => Volatile.Read(ref _stateChanges);

    /// <summary>The operator has set its state, perhaps to the same again; returns the number of this change.</summary>
    public int CountStateChange() => Interlocked.Increment(ref _stateChanges);

    /// <summary>Counts a failed connect. Any thread.</summary>
    public void CountConnectFailure() => Interlocked.Increment(ref _connectFailures);

    /// <summary>Counts a connection that the backend reset. Any thread.</summary>
    public void CountReset() => Interlocked.Increment(ref _resets);

    /// <summary>Counts a connect that a source address could not make. Any thread.</summary>
    public void CountSourceFailure() => Interlocked.Increment(ref _sourceFailures);

    /// <summary>
    /// Live traffic has failed. Returns how many times in a row, none of them longer than <paramref name="window"/> after the one before. Any thread.
    /// </summary>
    public int CountFailureInARow(long nowMilliseconds, long window)
    {
        long last = Interlocked.Exchange(ref _lastFailureMilliseconds, nowMilliseconds);
        if (nowMilliseconds - last > window)
        {
            // Two threads that both find the last failure long ago may lose one count: the next failure makes up for it.
            Volatile.Write(ref _failuresInARow, 0);
        }

        return Interlocked.Increment(ref _failuresInARow);
    }

    /// <summary>
    /// A client was reset that had sent something. Returns how many failures there are in a row now; 0 when this one does not count, because the same
    /// client alone has met it. Any thread.
    /// </summary>
    /// <param name="client">A hash of the client's address.</param>
    /// <param name="nowMilliseconds">Clock milliseconds.</param>
    /// <param name="window">As for <see cref="CountFailureInARow"/>.</param>
    public int CountResetInARow(ulong client, long nowMilliseconds, long window)
    {
        if (nowMilliseconds - Volatile.Read(ref _lastFailureMilliseconds) > window)
        {
            _witnesses.Clear();
        }

        return _witnesses.TryCount(client) ? CountFailureInARow(nowMilliseconds, window) : 0;
    }

    /// <summary>Live traffic was answered: failures count anew. One read while all is well. Any thread.</summary>
    public void EndFailuresInARow()
    {
        if (Volatile.Read(ref _failuresInARow) != 0)
        {
            Volatile.Write(ref _failuresInARow, 0);
            _witnesses.Clear();
        }
    }

    /// <summary>
    /// Notes a failure that passive health has to look at. True for the first one only, until <see cref="ForgetFailure"/>: a flood of them costs one
    /// read each. Any thread.
    /// </summary>
    public bool TryNoteFailure() => Volatile.Read(ref _isFailureNoted) == 0 && Interlocked.Exchange(ref _isFailureNoted, 1) == 0;

    /// <summary>Failures in a row up to now. Any thread.</summary>
    public int FailuresInARow => Volatile.Read(ref _failuresInARow);

    /// <summary>The next failure is in a row with those before, however long it was left out meanwhile. Any thread.</summary>
    public void ExtendFailuresInARow(long nowMilliseconds) => Volatile.Write(ref _lastFailureMilliseconds, nowMilliseconds);

    /// <summary>The next failure counts as news again. Any thread.</summary>
    public void ForgetFailure() => Volatile.Write(ref _isFailureNoted, 0);
}
