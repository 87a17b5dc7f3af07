// SPDX-License-Identifier: MIT
namespace LbEngine.Lifecycle;

/// <summary>Why the operating system did not take a datagram.</summary>
internal enum SendFailure : byte
{
    /// <summary>A queue is full, or memory is short; the next one may pass.</summary>
    QueueFull,

    /// <summary>The path takes none of that size.</summary>
    TooLarge,

    /// <summary>An earlier datagram was answered with "port unreachable"; this one was not sent, and may go to another backend.</summary>
    Refused,

    /// <summary>No route, a firewall of this host, or whatever else.</summary>
    Failed,
}
