// SPDX-License-Identifier: MIT
using LbEngine.Admission;
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Connections;
using LbEngine.Scheduling;

namespace LbEngine.Control.Model;

/// <summary>
/// The listeners and pools of an engine as they are now, and the options that they were made from. Any thread reads; one writer at a time changes.
/// </summary>
internal sealed class EngineModel
{
    private volatile LoadBalancerOptions _configured;
    private volatile LoadBalancerOptions _options;
    private volatile AccessLists _access = AccessLists.None;
    private volatile IReadOnlyList<Listener> _listeners = [];
    private volatile IReadOnlyList<BackendPool> _pools = [];

    public EngineModel(LoadBalancerOptions options, SchedulerRegistry schedulers)
    {
        _configured = options;
        _options = options;
        Schedulers = schedulers;
    }

    public SchedulerRegistry Schedulers { get; }

    /// <summary>Hears of each backend that comes into another state; see <see cref="BackendPool.StateChanged"/>.</summary>
    public Action<Backend, BackendState>? BackendChanged { get; init; }

    /// <summary>What the user wrote, host names included. The engine's own copy; nobody changes it.</summary>
    public LoadBalancerOptions Configured
    {
        get => _configured;
        set => _configured = value;
    }

    /// <summary>What the run-time objects were made from: <see cref="Configured"/> with addresses in the place of host names. Nobody changes it.</summary>
    public LoadBalancerOptions Options
    {
        get => _options;
        set => _options = value;
    }

    /// <summary>Who may come in at each listener, as the files said when they were read last.</summary>
    public AccessLists Access
    {
        get => _access;
        set => _access = value;
    }

    /// <summary>Listeners that are configured, in that order.</summary>
    public IReadOnlyList<Listener> Listeners
    {
        get => _listeners;
        set => _listeners = value;
    }

    /// <summary>Pools that are configured, in that order.</summary>
    public IReadOnlyList<BackendPool> Pools
    {
        get => _pools;
        set => _pools = value;
    }

    public ListenerDirectory ListenerDirectory { get; } = new();

    public BackendDirectory Backends { get; } = new();

    public AffinityDirectory Affinity { get; } = new();

    /// <summary>Numbers for pools; never used twice.</summary>
    public int NextPoolId { get; set; }

    public BackendPool? FindPool(string name) => Pools.FirstOrDefault(pool => pool.Name == name);
}
