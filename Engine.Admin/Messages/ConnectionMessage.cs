// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Messages;

/// <summary>One live connection or flow.</summary>
internal sealed record ConnectionMessage(
    string Id,
    string Client,
    string Protocol,
    string Listener,
    string Pool,
    string Backend,
    string Phase,
    double AgeSeconds,
    double IdleSeconds,
    long BytesToBackend,
    long BytesToClient);
