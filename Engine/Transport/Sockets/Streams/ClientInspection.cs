// SPDX-License-Identifier: MIT
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using LbEngine.Connections;
using LbEngine.Inspection;
using LbEngine.Lifecycle;

namespace LbEngine.Transport.Sockets.Streams;

/// <summary>
/// Takes the first bytes of a client whose listener inspects them, until they say where it goes; keeps those that belong to the stream
/// until the backend has them.
/// </summary>
/// <remarks>
/// A <see cref="Socket"/> cannot wait for more bytes while it holds some that nobody takes, so they are taken. One connection at a time, by
/// its client loop alone; reused with the connection's object.
/// </remarks>
internal sealed class ClientInspection
{
    private readonly SocketsShared _shared;
    private readonly SocketConnection _connection;
    private HeldBytes _held; // mutable, keep non-readonly
    private volatile bool _holdsBytes;

    public ClientInspection(SocketsShared shared, SocketConnection connection)
    {
        _shared = shared;
        _connection = connection;
    }

    /// <summary>True while bytes of the client were taken that no backend has. Any thread.</summary>
    public bool HoldsBytes => _holdsBytes;

    /// <summary>Receives and shows until the client is placed; false when the connection has ended.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> RunAsync(Socket client, SocketOperation receiving)
    {
        while (true)
        {
            SocketResult received = await receiving.WaitForInputAsync(client).ConfigureAwait(false);
            if (received.IsSuccess)
            {
                received = await receiving.ReceiveAsync(client, _held.Free).ConfigureAwait(false);
            }

            if (!received.IsSuccess || received.Bytes == 0)
            {
                _connection.End(CloseReason.ClientAborted);
                return false;
            }

            _held.Add(received.Bytes);
            _holdsBytes = true;
            Inspected inspected = _shared.Forwarder.Inspect(_connection, _held.Bytes.Span);
            if (inspected.Outcome != InspectionOutcome.NeedsMore)
            {
                return TryPlace(inspected);
            }
        }
    }

    /// <summary>Hands the backend what was taken for it; false when that ended the connection.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> PassOnAsync(SocketRelayDirection direction, Socket backend)
    {
        if (_held.Bytes.IsEmpty)
        {
            GiveBack();
            return true;
        }

        _connection.OnReceived(Side.Client);
        bool isSent = await direction.CompleteSendAsync(direction.BeginSendAsync(backend, _held.Bytes)).ConfigureAwait(false);
        GiveBack();
        return isSent;
    }

    /// <summary>Lets go of whatever is held; again does nothing.</summary>
    public void GiveBack()
    {
        _holdsBytes = false;
        _held.GiveBack();
    }

    private bool TryPlace(in Inspected inspected)
    {
        Placement placement = inspected.Outcome == InspectionOutcome.Chosen
            ? _shared.Forwarder.Place(_connection, _shared.ReadMilliseconds())
            : Placement.Rejected(inspected.Reason);
        if (!placement.IsPlaced)
        {
            _connection.Refuse(placement.Reason, inspected.Farewell.Span);
            return false;
        }

        _held.Skip(inspected.BytesToSkip);
        return true;
    }
}
