// SPDX-License-Identifier: MIT
namespace LbEngine.Backends;

/// <summary>What has gone through a listener, or to a backend, up to one moment.</summary>
/// <param name="Connections">Connections and flows since the start.</param>
/// <param name="BytesToBackend">Bytes that backends have taken.</param>
/// <param name="BytesToClient">Bytes that clients have taken.</param>
internal readonly record struct TrafficTotals(long Connections, long BytesToBackend, long BytesToClient);
