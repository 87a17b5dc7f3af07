// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Messages;

/// <summary>One backend.</summary>
internal sealed record BackendMessage(
    string Pool,
    string Name,
    string Address,
    string State,
    string Health,
    bool IsEjected,
    int Weight,
    int ActiveConnections,
    long TotalConnections,
    long ConnectFailures,
    long Resets,
    int SlowStartPercent,
    ProbeMessage? LastProbe);
