// SPDX-License-Identifier: MIT
using System.Text.Json.Serialization;

namespace LbEngine.Backends;

/// <summary>How one probe of a backend ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ProbeCause>))]
public enum ProbeCause : byte
{
    /// <summary>The backend is as the check wants it.</summary>
    Success,

    /// <summary>The host answered that nothing listens there (TCP reset, ICMP port unreachable).</summary>
    Refused,

    /// <summary>No answer at all: a firewall drops, the address is wrong, or the host is down.</summary>
    NoAnswer,

    /// <summary>The network said that the address cannot be reached (ICMP, no route).</summary>
    Unreachable,

    /// <summary>The connection was opened, and reset before an answer was complete.</summary>
    ResetAfterConnect,

    /// <summary>The connection was opened, and ended before an answer was complete.</summary>
    ClosedAfterConnect,

    /// <summary>HTTP: a status that is not expected.</summary>
    WrongStatus,

    /// <summary>The answer is not the expected one, or not of this protocol.</summary>
    WrongAnswer,

    /// <summary>No TLS connection: no TLS there, or a certificate that does not hold.</summary>
    TlsFailed,

    /// <summary>The connection was opened, but the answer was not complete within the time-out.</summary>
    Slow,

    /// <summary>This host could not probe (no descriptor, memory or source port). Says nothing of the backend.</summary>
    NotProbed,
}
