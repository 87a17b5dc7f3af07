// SPDX-License-Identifier: MIT
using System.Text.Json.Serialization;

namespace LbEngine.Leasing;

/// <summary>What went wrong with the backend of a lease.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LeaseFailure>))]
public enum LeaseFailure : byte
{
    /// <summary>
    /// It could not be connected: it refused, was unreachable, or did not answer in time. Counts as a connect failure, and for passive health.
    /// </summary>
    Connect,

    /// <summary>
    /// It was connected, and broke off or answered nothing that can be used. Counts as a reset; and for passive health, unless it
    /// had answered before (<see cref="BackendLease.Answered"/>).
    /// </summary>
    Answer,

    /// <summary>It is not to blame: this host lacks a port, a descriptor or memory, or the client went away. Nothing is counted.</summary>
    NotBackend,
}
