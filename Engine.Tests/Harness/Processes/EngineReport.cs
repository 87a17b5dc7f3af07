// SPDX-License-Identifier: MIT
using LbEngine.Observability;

namespace LbEngine.Tests.Harness.Processes;

/// <summary>What an engine in a process of its own says of itself.</summary>
internal sealed record EngineReport(
    int Capacity,
    int Active,
    long Accepted,
    long Rejected,
    IReadOnlyList<int> BackendActive,
    IReadOnlyList<long> BackendTotal,
    IReadOnlyList<long> ConnectFailures,
    IReadOnlyDictionary<string, long> Closed,
    IReadOnlyDictionary<string, long> RejectedBy,
    int Sockets,
    IReadOnlyDictionary<string, long> Dropped,
    DatagramStatus? Datagrams,
    IReadOnlyList<long> SourceFailures)
{
    public override string ToString() =>
        $"capacity {Capacity}, active {Active}, accepted {Accepted}, rejected {Rejected}, backends {string.Join('/', BackendActive)} of {string.Join('/', BackendTotal)}, "
        + $"failures {string.Join('/', ConnectFailures)}, closed {string.Join(' ', Closed)}, rejected by {string.Join(' ', RejectedBy)}, sockets {Sockets}, dropped {string.Join(' ', Dropped)}, {Datagrams}";
}
