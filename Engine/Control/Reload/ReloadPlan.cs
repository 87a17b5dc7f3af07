// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Connections;
using LbEngine.Control.Model;
using LbEngine.Scheduling;

namespace LbEngine.Control.Reload;

/// <summary>What a reload will do, with everything built that can fail.</summary>
/// <param name="Options">The new options, the engine's own copy, with addresses in the place of host names.</param>
/// <param name="Pools">The pool for every name, running or new.</param>
/// <param name="Schedulers">A fresh scheduler factory for every running pool that changes.</param>
/// <param name="Listeners">The listener for every configured one, in that order.</param>
/// <param name="AddedListeners">Those that have to be bound.</param>
/// <param name="RemovedListeners">Those that run and are configured no more.</param>
/// <param name="Access">Who may come in at each listener.</param>
internal sealed record ReloadPlan(
    LoadBalancerOptions Options,
    IReadOnlyDictionary<string, BackendPool> Pools,
    IReadOnlyDictionary<string, SchedulerFactory> Schedulers,
    IReadOnlyList<Listener> Listeners,
    IReadOnlyList<Listener> AddedListeners,
    IReadOnlyList<Listener> RemovedListeners,
    AccessLists Access);
