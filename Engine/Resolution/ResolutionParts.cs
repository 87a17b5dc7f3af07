// SPDX-License-Identifier: MIT
using Microsoft.Extensions.Logging;

namespace LbEngine.Resolution;

/// <summary>What every watched name of an engine works with.</summary>
/// <param name="Resolver">Answers.</param>
/// <param name="TimeProvider">The engine's clock.</param>
/// <param name="Logger">The engine's log.</param>
/// <param name="NextRandom">From 0 to 1, for jitter; any thread.</param>
/// <param name="Lookups">Lookups that may be under way at once. One is held until the resolver has answered, even when nobody waits any more: it
/// holds a thread for so long.</param>
internal sealed record ResolutionParts(IHostResolver Resolver, TimeProvider TimeProvider, ILogger Logger, Func<double> NextRandom, SemaphoreSlim Lookups);
