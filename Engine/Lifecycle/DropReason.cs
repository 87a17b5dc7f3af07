// SPDX-License-Identifier: MIT
using System.Text.Json.Serialization;

namespace LbEngine.Lifecycle;

/// <summary>Why a datagram was not passed on.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DropReason>))]
public enum DropReason : byte
{
    /// <summary>No flow could be begun for it; the count of rejected clients says why.</summary>
    Rejected,

    /// <summary>The kernel's receive queue of a socket was full (<c>SO_RXQ_OVFL</c>).</summary>
    ReceiveQueueFull,

    /// <summary>The kernel's send queue was full (EAGAIN, ENOBUFS).</summary>
    SendQueueFull,

    /// <summary>The network or a firewall of this host refused it (no route, not permitted).</summary>
    SendFailed,

    /// <summary>The path takes no datagram of that size (EMSGSIZE).</summary>
    TooLarge,

    /// <summary>It arrived cut off.</summary>
    Truncated,

    /// <summary>A reply beyond <c>maxReplyRatio</c>.</summary>
    ReplyRatio,

    /// <summary>The operating system lacked descriptors, ports or memory for the backend side.</summary>
    NoResources,

    /// <summary>The backend's host, or a firewall, refused it (ICMP), and it could not be sent to another.</summary>
    Refused,
}
