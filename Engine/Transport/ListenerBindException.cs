// SPDX-License-Identifier: MIT
using System.Net;

namespace LbEngine.Transport;

/// <summary>A listener could not be bound; nothing was started.</summary>
public sealed class ListenerBindException : Exception
{
    /// <summary>Somebody else has it.</summary>
    internal const string InUse = "the address is in use by another program or listener";

    /// <summary>As a rule a mistake; where it is none, there is a setting.</summary>
    internal const string NoSuchAddress = "this host has no such address; write bindMissing: allow if it comes later";

    /// <summary>A kernel without IPv6, as a rule.</summary>
    internal const string NoFamily = "this host has no addresses of this kind";

    /// <summary>Internal: thrown by a transport while the engine starts.</summary>
    internal ListenerBindException(string listenerName, IPEndPoint endPoint, string reason, Exception? innerException = null)
        : base($"listeners.{listenerName}.bind: cannot listen on {endPoint}: {reason}", innerException)
    {
        ListenerName = listenerName;
        EndPoint = endPoint;
        IsInUse = reason == InUse;
        IsFamilyMissing = reason is NoFamily or NoSuchAddress;
    }

    /// <summary>Name of the listener in the configuration.</summary>
    public string ListenerName { get; }

    /// <summary>The address that could not be bound.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>Somebody else has it.</summary>
    internal bool IsInUse { get; }

    /// <summary>Of 0.0.0.0 or [::]: this host has no IPv4, or no IPv6.</summary>
    internal bool IsFamilyMissing { get; }
}
