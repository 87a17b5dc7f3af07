// SPDX-License-Identifier: MIT
using System.Net;

namespace LbEngine.Transport;

/// <summary>A listener could not be bound; nothing was started.</summary>
public sealed class ListenerBindException : Exception
{
    /// <summary>Internal: thrown by a transport while the engine starts.</summary>
    internal ListenerBindException(string listenerName, IPEndPoint endPoint, string reason, Exception? innerException = null)
        : base($"listeners.{listenerName}.bind: cannot listen on {endPoint}: {reason}", innerException)
    {
        ListenerName = listenerName;
        EndPoint = endPoint;
    }

    /// <summary>Name of the listener in the configuration.</summary>
    public string ListenerName { get; }

    /// <summary>The address that could not be bound.</summary>
    public IPEndPoint EndPoint { get; }
}
