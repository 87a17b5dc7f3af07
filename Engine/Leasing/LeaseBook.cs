// SPDX-License-Identifier: MIT
using System.Diagnostics.CodeAnalysis;
using LbEngine.Admission;
using LbEngine.Backends;
using LbEngine.Connections;
using LbEngine.Health.Passive;
using LbEngine.Lifecycle;
using LbEngine.Observability;
using LbEngine.Scheduling;
using LbEngine.Tables;
using LbEngine.Timing;
using Microsoft.Extensions.Logging;

namespace LbEngine.Leasing;

/// <summary>Gives leases, counts them and takes them back. One for the engine; any thread.</summary>
internal sealed class LeaseBook
{
    private const int Open = 0;
    private const int Closed = 1; // gives no more
    private const int Over = 2; // has asked all holders to end

    private readonly Func<IReadOnlyList<BackendPool>> _pools;
    private readonly BackendPicker _picker;
    private readonly BackendDirectory _backends;
    private readonly PassiveHealth _health;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;

    // Without limits: a lease takes no row of the table, and how many descriptors its holder has open nobody knows here.
    private readonly EngineBudget _held = new(int.MaxValue, int.MaxValue);
    private PaddedCounter _strangers;
    private int _state;

    public LeaseBook(
        Func<IReadOnlyList<BackendPool>> pools,
        BackendPicker picker,
        BackendDirectory backends,
        PassiveHealth health,
        TimeProvider timeProvider,
        ILogger logger)
    {
        _pools = pools;
        _picker = picker;
        _backends = backends;
        _health = health;
        _timeProvider = timeProvider;
        _logger = logger;
    }

    /// <summary>The pools as they are configured now; another list after every change.</summary>
    public IReadOnlyList<BackendPool> Pools => _pools();

    /// <summary>Leases that are held now.</summary>
    public int Count => _held.Count;

    public bool IsOpen => Volatile.Read(ref _state) == Open;

    /// <summary>What front ends take leases of a pool from.</summary>
    /// <exception cref="ArgumentException">There is no such pool; says which there are.</exception>
    public LeasePool GetPool(string pool)
    {
        ArgumentNullException.ThrowIfNull(pool);
        IReadOnlyList<BackendPool> pools = Pools;
        return pools.Any(one => one.Name == pool)
            ? new LeasePool(this, pool)
            : throw new ArgumentException($"There is no pool '{pool}'; the pools are {string.Join(", ", pools.Select(one => one.Name))}.", nameof(pool));
    }

    /// <summary>Picks a backend and counts the lease, or neither.</summary>
    public bool TryTake(BackendPool pool, in LeaseRequest request, [NotNullWhen(true)] out BackendLease? lease, out RejectReason reason)
    {
        lease = null;

        // Counted first: whoever closes the book and then waits for the last lease must not overlook this one.
        _held.TryTake(0);
        if (!IsOpen)
        {
            _held.Give(0);
            reason = RejectReason.Draining;
            return false;
        }

        var hold = new PoolHold { Pool = pool };
        AddressKey client = request.Client is null ? Stranger() : AddressKey.From(request.Client);
        if (!TryPick(ref hold, client, request))
        {
            GiveBack(ref hold, client);
            reason = RejectReason.NoBackend;
            return false;
        }

        // In this order: a signal that was raised before it was read here was raised after the book was closed.
        CancellationToken ending = hold.Backend!.LeaseEnd.Token;
        if (!IsOpen)
        {
            GiveBack(ref hold, client);
            reason = RejectReason.Draining;
            return false;
        }

        lease = new BackendLease(this, hold, client, ending);
        reason = RejectReason.None;
        return true;
    }

    /// <summary>Moves a lease to the next distinct backend. False when there is none, or the engine is over: then give back what it holds.</summary>
    public bool TryMove(ref PoolHold hold, AddressKey client, out CancellationToken ending)
    {
        ending = default;
        try
        {
            if (!BackendPicker.TryPickNext(ref hold, client, isDatagram: false))
            {
                return false;
            }
        }
        catch (Exception exception)
        {
            BlameScheduler(hold.Pool, exception);
            return false;
        }

        ending = hold.Backend!.LeaseEnd.Token;
        return Volatile.Read(ref _state) != Over;
    }

    /// <summary>Notes a failure as that of a connection is noted.</summary>
    public void Report(Backend backend, AddressKey client, LeaseFailure failure, bool hasAnswered)
    {
        switch (failure)
        {
            case LeaseFailure.Connect:
                backend.CountConnectFailure();
                _health.ReportFailure(backend);
                break;
            case LeaseFailure.Answer:
                backend.CountReset();
                if (!hasAnswered)
                {
                    // The request was sent before: whoever asks for an answer has asked something.
                    _health.ReportReset(backend, client, hasSent: true);
                }

                break;
        }
    }

    /// <summary>Ends one lease: gives back what it holds, and its place in the count.</summary>
    public void GiveBack(ref PoolHold hold, AddressKey client)
    {
        BackendPicker.GiveBack(ref hold, client, Now());
        _held.Give(0);
    }

    /// <summary>From now on no lease is given; those that are held go on.</summary>
    public void Close() => Interlocked.CompareExchange(ref _state, Closed, Open);

    /// <summary>Completes when the last lease has ended, after <see cref="Close"/>.</summary>
    public Task WhenIdleAsync() => _held.WhenIdleAsync();

    /// <summary>Asks every holder to end, and gives no lease any more. Does not wait for them: they end when they can.</summary>
    public void AskAll()
    {
        Interlocked.Exchange(ref _state, Over);
        foreach (Backend backend in _backends.ReadAll())
        {
            Ask(backend);
        }
    }

    /// <summary>Asks the holders of one backend's leases to end. Does not wait for them.</summary>
    public void Ask(Backend backend) => _ = AskContainedAsync(backend);

    /// <summary>A scheduler that an embedder plugged in may throw. That costs the one client its place, and nothing else.</summary>
    private bool TryPick(ref PoolHold hold, AddressKey client, in LeaseRequest request)
    {
        try
        {
            if (request.PreferredBackend is string name && BackendPicker.TryPickNamed(ref hold, name))
            {
                return true;
            }

            return request.Client is null
                ? BackendPicker.TrySchedule(ref hold, client, isDatagram: false)
                : _picker.TryPick(ref hold, client, isDatagram: false, Now());
        }
        catch (Exception exception)
        {
            BlameScheduler(hold.Pool, exception);
            return false;
        }
    }

    /// <summary>What holders have registered runs elsewhere: the engine goes on, whatever it does.</summary>
    private async Task AskContainedAsync(Backend backend)
    {
        try
        {
            await backend.LeaseEnd.RaiseAsync().ConfigureAwait(false);
        }
        catch (AggregateException exception)
        {
            EngineLog.LeaseHolderFailed(_logger, exception, backend.Pool.Name, backend.Name);
        }
    }

    private void BlameScheduler(BackendPool pool, Exception exception) => EngineLog.SchedulerFailed(_logger, exception, pool.SchedulerName, pool.Name);

    /// <summary>An address for a client without one: another for each, so that a scheduler that goes by addresses spreads them.</summary>
    // In the half that tells networks apart: two strangers are two clients for whoever goes by prefixes.
    private AddressKey Stranger() => new(SplitMix64.Next(ref _strangers), 0);

    private long Now() => CoarseClock.ReadMilliseconds(_timeProvider);
}
