// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Connections;

namespace LbEngine.Observability.Events;

/// <summary>Tells whoever listens what happens in an engine. While nobody does, an end of a connection costs one read. Any thread.</summary>
/// <remarks>No code of a listener runs here: each has a queue of its own, into which nothing but a reference is put.</remarks>
internal sealed class EventHub : IConnectionSink
{
    private readonly Lock _lock = new();
    private volatile EventReader[] _readers = [];
    private volatile int _wanted; // the kinds of all readers together
    private bool _isCompleted; // under the lock

    public void Add(EventReader reader)
    {
        lock (_lock)
        {
            if (_isCompleted)
            {
                reader.Complete();
                return;
            }

            Set([.. _readers, reader]);
        }
    }

    public void Remove(EventReader reader)
    {
        lock (_lock)
        {
            Set([.. _readers.Where(other => other != reader)]);
        }
    }

    /// <summary>The engine has stopped: readers end when they have read what there is.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            _isCompleted = true;
            foreach (EventReader reader in _readers)
            {
                reader.Complete();
            }

            Set([]);
        }
    }

    public void Write(in ClosedConnection closed)
    {
        if ((_wanted & (int)LoadBalancerEventKinds.Connections) != 0)
        {
            Tell(closed);
        }
    }

    /// <summary>For <see cref="BackendPool.StateChanged"/>.</summary>
    public void BackendChanged(Backend backend, BackendState before) =>
        Tell(LoadBalancerEventKinds.Backends, new BackendStateChanged(backend.Pool.Name, backend.Name, backend.Address, before, backend.State));

    public void Applied(IReadOnlyList<ConfigurationChange> changes) => Tell(LoadBalancerEventKinds.Configuration, new ConfigurationApplied(changes));

    public void Refused(IReadOnlyList<ConfigurationError> mistakes) => Tell(LoadBalancerEventKinds.Configuration, new ConfigurationRefused(mistakes));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Tell(in ClosedConnection closed)
    {
        LoadBalancerEvent? told = null;
        foreach (EventReader reader in _readers)
        {
            // A reader that has fallen behind costs no allocation.
            if ((reader.Kinds & LoadBalancerEventKinds.Connections) != 0 && reader.TryReserve())
            {
                reader.Put(told ??= Describe(closed));
            }
        }
    }

    private void Tell(LoadBalancerEventKinds kind, LoadBalancerEvent told)
    {
        foreach (EventReader reader in _readers)
        {
            if ((reader.Kinds & kind) != 0 && reader.TryReserve())
            {
                reader.Put(told);
            }
        }
    }

    private static LoadBalancerEvent Describe(in ClosedConnection closed)
    {
        ListenerProtocol protocol = closed.Listener.IsDatagram ? ListenerProtocol.Udp : ListenerProtocol.Tcp;
        if (closed.IsRefused)
        {
            return new ClientRejected(protocol, closed.Client.ToIPEndPoint(), closed.Listener.Name, closed.Refusal, closed.Objection);
        }

        return new ConnectionEnded(
            protocol,
            closed.Client.ToIPEndPoint(),
            closed.Listener.Name,
            closed.Pool?.Name ?? "",
            closed.Backend?.Name ?? "",
            closed.Reason,
            TimeSpan.FromMilliseconds(closed.TotalMilliseconds),
            closed.BytesToBackend,
            closed.BytesToClient)
        {
            Attempts = closed.Attempts,
            ConnectTime = Time(closed.ConnectMilliseconds),
            FirstByteTime = Time(closed.FirstByteMilliseconds),
            Requests = closed.Requests,
            Replies = closed.Replies,
        };
    }

    private static TimeSpan? Time(long milliseconds) => milliseconds == Connection.NotYet ? null : TimeSpan.FromMilliseconds(milliseconds);

    private void Set(EventReader[] readers)
    {
        _readers = readers;
        _wanted = (int)readers.Aggregate(LoadBalancerEventKinds.None, (all, reader) => all | reader.Kinds);
    }
}
