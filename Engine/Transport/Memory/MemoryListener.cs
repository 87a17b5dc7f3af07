// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Connections;
using LbEngine.Transport;

namespace LbEngine.Testing;

/// <summary>What a listening socket is to the other transports: an address and a backlog.</summary>
/// <remarks>Called under the lock of the <see cref="RunQueue"/> only.</remarks>
internal sealed class MemoryListener : IRunnable
{
    private readonly MemoryTransport _transport;
    private readonly Queue<RelayEnd> _backlog = new();
    private int _held;

    public MemoryListener(MemoryTransport transport, Listener listener, IPEndPoint endPoint)
    {
        _transport = transport;
        Listener = listener;
        EndPoint = endPoint;
    }

    public Listener Listener { get; }

    public IPEndPoint EndPoint { get; }

    bool IRunnable.IsQueued { get; set; }

    /// <summary>A client arrives; it is accepted when the engine may.</summary>
    public void Arrive(RelayEnd client)
    {
        _backlog.Enqueue(client);
        _transport.Queue.Add(this);
    }

    /// <summary>Accepts whoever may be accepted now. Called whenever a client arrives or a connection ends.</summary>
    public void Run()
    {
        while (_backlog.TryPeek(out RelayEnd? client))
        {
            if (!client.IsWaiting)
            {
                _backlog.Dequeue();
                continue;
            }

            if (_transport.Context.Forwarder.MayAccept(Listener) == AcceptDecision.Hold)
            {
                NoteHeld(_backlog.Count(static waiting => waiting.IsWaiting));
                return;
            }

            _backlog.Dequeue();
            _transport.Accept(Listener, client);
        }

        NoteHeld(0);
        _transport.Context.Forwarder.NobodyWaits(Listener);
    }

    /// <summary>Closes: takes from the backlog who may be accepted, resets the rest, as a kernel does.</summary>
    public void Close()
    {
        Run();
        while (_backlog.TryDequeue(out RelayEnd? client))
        {
            client.Abort();
        }

        _transport.Context.Forwarder.NobodyWaits(Listener);
        NoteHeld(0);
    }

    private void NoteHeld(int held)
    {
        if (held != _held)
        {
            _transport.Context.Forwarder.Held(Listener, held - _held);
            _held = held;
        }
    }
}
