// SPDX-License-Identifier: MIT
namespace LbEngine.Benchmarks.Soak.Traffic;

/// <summary>A FIN came where more was promised.</summary>
internal sealed class EarlyEndException(string message) : Exception(message);
