// SPDX-License-Identifier: MIT
using System.Collections.Concurrent;
using LbEngine.Connections;
using LbEngine.Inspection;
using LbEngine.Lifecycle;
using LbEngine.Transport.Linux.Interop;

namespace LbEngine.Transport.Linux.Streams;

/// <summary>
/// Looks at the first bytes of clients whose listener inspects them, and sends each client on as soon as they say where to. Reactor
/// thread only.
/// </summary>
/// <remarks>
/// <para>
/// The bytes are only looked at (MSG_PEEK) and stay in the kernel, where they wait for whichever backend answers, as those of every
/// other client do: so nothing that comes later (connect, retry, relay, FIN) knows that there was an inspection, and a client that is
/// inspected costs no memory here. Bytes that no backend gets are taken out once it is known how many they are.
/// </para>
/// <para>
/// What was seen and left makes no event: epoll is edge-triggered, and reports only what comes in addition. Each report costs one look
/// at no more than <see cref="InspectionResult.MostBytes"/>.
/// </para>
/// </remarks>
internal sealed class ClientInspector : IInspectionHolder
{
    private readonly StreamParts _parts;
    private readonly ConnectionCloser _closer;
    private readonly BackendConnector _connector;
    private readonly ConcurrentQueue<InspectedClients> _crowded = new();
    private readonly Action _endCrowded;
    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(InspectionResult.MostBytes, pinned: true);

    public ClientInspector(StreamParts parts, ConnectionCloser closer, BackendConnector connector)
    {
        _parts = parts;
        _closer = closer;
        _connector = connector;
        _endCrowded = EndCrowded;
    }

    public bool IsOneThread => true;

    /// <summary>Begins with a client that has just arrived. Its time runs from there on, whatever it sends.</summary>
    public void Begin(LinuxConnection connection)
    {
        connection.Stage = ConnectionStage.Inspecting;
        _parts.Wheel.Schedule(connection, connection.AcceptedMilliseconds + connection.Listener.InspectTimeoutMilliseconds);
        Look(connection);
    }

    /// <summary>The client's socket reported something.</summary>
    public void Continue(LinuxConnection connection, uint events)
    {
        connection.ClientEnd.Note(events);
        if (connection.ClientEnd.Failed)
        {
            _closer.End(connection, CloseReason.ClientAborted);
        }
        else if (connection.ClientEnd.Readable)
        {
            Look(connection);
        }
    }

    /// <summary>The client has had its time.</summary>
    public void TimeOut(LinuxConnection connection) => _closer.Refuse(connection, RejectReason.InspectTimeout);

    /// <summary>Any thread; its own reactor's where <paramref name="isHolder"/> says so, while a client is being placed.</summary>
    public void MakeRoom(InspectedClients clients, bool isHolder)
    {
        if (isHolder)
        {
            EndAsked(clients);
        }
        else
        {
            _crowded.Enqueue(clients);
            _parts.Reactor.Post(_endCrowded);
        }
    }

    private void EndCrowded()
    {
        while (_crowded.TryDequeue(out InspectedClients? clients))
        {
            EndAsked(clients);
        }
    }

    private void EndAsked(InspectedClients clients)
    {
        while (clients.TryTakeAsked(out Connection? client, out _))
        {
            _closer.Refuse((LinuxConnection)client, RejectReason.InspectionLimit);
        }
    }

    private void Look(LinuxConnection connection)
    {
        IoResult seen = SocketCalls.Peek(connection.ClientEnd.Descriptor, _bytes);
        if (seen.WouldBlock)
        {
            WaitForMore(connection);
        }
        else if (seen.Failed || seen.Value == 0)
        {
            _closer.End(connection, CloseReason.ClientAborted);
        }
        else
        {
            Judge(connection, _bytes.AsSpan(0, seen.Value));
        }
    }

    private void Judge(LinuxConnection connection, ReadOnlySpan<byte> bytes)
    {
        Inspected inspected = _parts.Forwarder.Inspect(connection, bytes);
        switch (inspected.Outcome)
        {
            case InspectionOutcome.Chosen:
                SendOn(connection, inspected.BytesToSkip);
                break;
            case InspectionOutcome.Rejected:
                TurnAway(connection, inspected, bytes.Length);
                break;
            case InspectionOutcome.NeedsMore when connection.ClientEnd is { PeerEnded: true, Urgent: false }:
                // The FIN was there before the look, so these were all bytes that will ever come.
                _closer.End(connection, CloseReason.ClientAborted);
                break;
            default:
                WaitForMore(connection);
                break;
        }
    }

    /// <summary>
    /// Most clients send all that is needed at once, and are registered when their backend is connected; the others are now, which
    /// reports what is there already.
    /// </summary>
    private void WaitForMore(LinuxConnection connection)
    {
        connection.ClientEnd.Readable = false;
        if (!connection.ClientEnd.Registered && _parts.Register(connection, Side.Client, output: false).Failed)
        {
            _closer.End(connection, CloseReason.ResourceExhausted);
        }
    }

    /// <summary>Bytes that nobody took would turn the close into a reset, and what the client is told would be lost with it.</summary>
    private void TurnAway(LinuxConnection connection, in Inspected inspected, int seen)
    {
        int descriptor = connection.ClientEnd.Descriptor;
        bool isTold = !inspected.Farewell.IsEmpty
            && TrySkip(descriptor, seen)
            && SocketCalls.Send(descriptor, inspected.Farewell.Span, 0).Value == inspected.Farewell.Length;
        _closer.Refuse(connection, inspected.Reason, isTold);
    }

    private void SendOn(LinuxConnection connection, int bytesToSkip)
    {
        Placement placement = _parts.Forwarder.Place(connection, _parts.Clock.Milliseconds);
        if (!placement.IsPlaced)
        {
            _closer.Refuse(connection, placement.Reason);
        }
        else if (!TrySkip(connection.ClientEnd.Descriptor, bytesToSkip))
        {
            _closer.End(connection, CloseReason.ClientAborted);
        }
        else
        {
            connection.Stage = ConnectionStage.Connecting;
            connection.ClientEnd.Readable = true;
            _connector.Begin(connection);
        }
    }

    /// <summary>Takes bytes that were seen out of the kernel.</summary>
    private bool TrySkip(int descriptor, int count)
    {
        while (count > 0)
        {
            IoResult taken = SocketCalls.Receive(descriptor, _bytes.AsSpan(0, count));
            if (taken.Failed || taken.Value == 0)
            {
                return false;
            }

            count -= taken.Value;
        }

        return true;
    }
}
