// SPDX-License-Identifier: MIT
using System.Text.Json.Serialization;

namespace LbEngine.Lifecycle;

/// <summary>Why a connection ended. Every connection and flow that was accepted and not rejected ends with exactly one of these.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CloseReason>))]
public enum CloseReason : byte
{
    /// <summary>Both sides sent their end and everything was delivered. For UDP: all expected replies were passed on.</summary>
    Completed,

    /// <summary>The client reset the connection, or vanished (keep-alive) while it was relayed.</summary>
    ClientReset,

    /// <summary>The backend reset the connection, or vanished (keep-alive) while it was relayed.</summary>
    BackendReset,

    /// <summary>The client gave up before a backend was connected, or ended before it had sent what its listener inspects.</summary>
    ClientAborted,

    /// <summary>No backend could be connected within the allowed attempts; the last one refused or was unreachable.</summary>
    ConnectFailed,

    /// <summary>No backend could be connected within the allowed attempts; the last one did not answer in time.</summary>
    ConnectTimeout,

    /// <summary>Nothing moved in either direction for the listener's idle time-out.</summary>
    IdleTimeout,

    /// <summary>One side had ended and nothing moved for the listener's half-closed time-out.</summary>
    HalfCloseTimeout,

    /// <summary>The drain deadline passed.</summary>
    Drained,

    /// <summary>The engine was disposed while the connection was open.</summary>
    Stopped,

    /// <summary>The operating system lacked memory, descriptors or ports for the backend side.</summary>
    ResourceExhausted,

    /// <summary>A defect in this library; logged as an error with its stack.</summary>
    InternalError,

    /// <summary>The operator closed it.</summary>
    Killed,

    /// <summary>The backend went down, and its pool resets connections then (<c>onDown: reset</c>).</summary>
    BackendDown,

    /// <summary>UDP: the backend never answered within the listener's <c>unansweredTimeout</c>.</summary>
    Unanswered,

    /// <summary>UDP: the backend's host answered that nothing listens there, or a firewall that it may not be sent to (ICMP).</summary>
    BackendRefused,

    /// <summary>UDP: the backend went down, was removed or put into maintenance, or the listener has another pool; the next datagram picked anew.</summary>
    BackendLeft,

    /// <summary>UDP: the flow was never answered, and its place was needed for another.</summary>
    Evicted,

    /// <summary>UDP: this host could not send from the flow's address any more, as when that was replaced; the next datagram began another flow.</summary>
    PathLost,
}
