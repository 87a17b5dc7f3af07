// SPDX-License-Identifier: MIT
namespace LbEngine.Benchmarks.Soak.Traffic;

/// <summary>Bytes arrived that were never sent like this: whatever else happens, nothing excuses them.</summary>
internal sealed class WrongBytesException(string message) : Exception(message);
