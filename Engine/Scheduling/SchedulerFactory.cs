// SPDX-License-Identifier: MIT
namespace LbEngine.Scheduling;

/// <summary>Builds the scheduler for one immutable set of backends; called anew whenever a pool's set changes.</summary>
/// <param name="set">The backends to choose from. A set without any backend is possible.</param>
public delegate IBackendScheduler SchedulerFactory(SchedulingSet set);
