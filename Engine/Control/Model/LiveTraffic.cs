// SPDX-License-Identifier: MIT
using LbEngine.Admission;
using LbEngine.Backends;
using LbEngine.Connections;
using LbEngine.Leasing;
using LbEngine.Lifecycle;
using LbEngine.Transport;

namespace LbEngine.Control.Model;

/// <summary>The connections, flows and leases that live now: how many, when the last has ended, and how to close them. Any thread.</summary>
/// <remarks>Leases belong to front ends of others: whoever closes asks their holders to end, and does not wait for it.</remarks>
internal sealed class LiveTraffic
{
    private readonly ITransport _transport;
    private readonly ConnectionTable _table;
    private readonly EngineBudget _budget;
    private readonly LeaseBook _leases;

    public LiveTraffic(ITransport transport, ConnectionTable table, EngineBudget budget, LeaseBook leases)
    {
        _transport = transport;
        _table = table;
        _budget = budget;
        _leases = leases;
    }

    public int Count => _table.Count + _leases.Count;

    /// <summary>Completes when none is left. Call it after accepting has stopped.</summary>
    public Task WhenIdleAsync() => Task.WhenAll(_budget.WhenIdleAsync(), _leases.WhenIdleAsync());

    /// <summary>Closes all of them, spread evenly over a time; returns when the last connection has ended.</summary>
    public Task CloseAllAsync(CloseReason reason, TimeSpan spread)
    {
        AskLeaseHolders();
        return _transport.CloseConnectionsAsync(reason, spread).AsTask();
    }

    /// <summary>Asks whoever holds a lease to end it; there may be some without a single connection, and before the start.</summary>
    public void AskLeaseHolders() => _leases.AskAll();

    /// <summary>Closes those of one backend, spread evenly over a time; returns when the last connection has ended.</summary>
    /// <param name="backend">Whose.</param>
    /// <param name="reason">What they end with.</param>
    /// <param name="spread">How long the closing may take.</param>
    /// <param name="isWanted">Asked before each close: from the first false on nothing more is closed. Null for always.</param>
    public Task CloseAsync(Backend backend, CloseReason reason, TimeSpan spread, Func<bool>? isWanted = null)
    {
        _leases.Ask(backend);
        return _transport.CloseConnectionsAsync(reason, spread, new CloseScope(backend, IsWanted: isWanted)).AsTask();
    }

    /// <summary>The same for those of one listener, of which no lease can be.</summary>
    /// <param name="listener">Whose.</param>
    /// <param name="reason">What they end with.</param>
    /// <param name="spread">How long the closing may take.</param>
    /// <param name="isWanted">Asked before each close: from the first false on nothing more is closed.</param>
    public Task CloseAsync(Listener listener, CloseReason reason, TimeSpan spread, Func<bool> isWanted) =>
        _transport.CloseConnectionsAsync(reason, spread, new CloseScope(Listener: listener, IsWanted: isWanted)).AsTask();

    /// <summary>Closes one, as the operator wants. False when it has ended already, or never was.</summary>
    /// <param name="id">As <see cref="ConnectionId"/> writes it.</param>
    public async Task<bool> KillAsync(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return ConnectionId.TryParse(id, out ConnectionHandle handle)
            && _table.Holds(handle)
            && await _transport.CloseConnectionAsync(handle, CloseReason.Killed).ConfigureAwait(false);
    }
}
