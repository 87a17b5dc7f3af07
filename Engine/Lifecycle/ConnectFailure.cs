// SPDX-License-Identifier: MIT
namespace LbEngine.Lifecycle;

/// <summary>Why a backend could not be connected.</summary>
internal enum ConnectFailure : byte
{
    /// <summary>The backend answered with RST: nothing listens there.</summary>
    Refused,

    /// <summary>No answer within the connect time-out.</summary>
    TimedOut,

    /// <summary>The network said that the backend cannot be reached (ICMP, no route).</summary>
    Unreachable,

    /// <summary>This host has no free source port towards the backend. Not the backend's fault.</summary>
    NoLocalPort,

    /// <summary>This host lacks descriptors or memory. Not the backend's fault.</summary>
    NoResources,

    /// <summary>UDP: a firewall said that the backend may not be sent to (ICMP).</summary>
    Prohibited,

    /// <summary>The address from which the backend was to be connected to cannot be had. Not the backend's fault.</summary>
    NoSourceAddress,
}
