// SPDX-License-Identifier: MIT
using LbEngine.Admission;
using LbEngine.Configuration;
using LbEngine.Control.Operator;
using LbEngine.Control.Succession;
using LbEngine.Resolution;
using LbEngine.Scheduling;
using LbEngine.Transport;
using Microsoft.Extensions.Logging;

namespace LbEngine.Control;

/// <summary>What a builder says of the engine to be made.</summary>
/// <param name="Options">Checked; copied by whoever makes the engine.</param>
/// <param name="Schedulers">Every scheduler that a pool may name.</param>
/// <param name="Transport">What moves bytes.</param>
/// <param name="Resolver">Resolves host names.</param>
/// <param name="Predecessor">Where listening sockets may come from.</param>
/// <param name="SettingsFile">Where the operator's settings outlive the engine; null for nowhere.</param>
/// <param name="TimeProvider">Source of monotonic time.</param>
/// <param name="Logger">The engine's logger.</param>
internal sealed record EngineSetup(
    LoadBalancerOptions Options,
    SchedulerRegistry Schedulers,
    TransportChoice Transport,
    IHostResolver Resolver,
    Predecessor Predecessor,
    OperatorSettingsFile? SettingsFile,
    TimeProvider TimeProvider,
    ILogger Logger)
{
    /// <summary>Who is asked whether a client may come in, in this order.</summary>
    public IReadOnlyList<IConnectionFilter> Filters { get; init; } = [];
}
