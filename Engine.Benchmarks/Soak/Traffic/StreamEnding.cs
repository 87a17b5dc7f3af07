// SPDX-License-Identifier: MIT
namespace LbEngine.Benchmarks.Soak.Traffic;

/// <summary>Who ends a connection, and how.</summary>
internal enum StreamEnding
{
    /// <summary>The client sends all and its FIN at once, and then waits for all.</summary>
    ClientHalfCloses,

    /// <summary>The backend sends all and its FIN when it has received all; the client goes after that.</summary>
    BackendCloses,

    /// <summary>The client resets in the middle of its upload.</summary>
    ClientResets,

    /// <summary>The backend resets in the middle of its answer.</summary>
    BackendResets,
}
