// SPDX-License-Identifier: MIT
namespace LbEngine.Backends;

/// <summary>The last probe of a backend, and when it ended on the engine's clock. Immutable.</summary>
internal sealed record LastProbe(ProbeResult Result, long EndedMilliseconds);
