// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using LbEngine.Tables;

namespace LbEngine.Transport.Sockets.Datagrams;

/// <summary>One bound local address of a listener: replies leave through it. Owner only, but for the end of a send that had to wait.</summary>
internal sealed class DatagramSocket : IDisposable
{
    private readonly Action _completeSend;
    private ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter _sending; // mutable, keep non-readonly
    private byte[]? _lent;
    private volatile bool _isSending;
    private volatile bool _isDisposed;

    public DatagramSocket(Socket socket, ushort localAddressId)
    {
        Socket = socket;
        LocalAddressId = localAddressId;
        Address = EndPointKey.From((IPEndPoint)socket.LocalEndPoint!).Address;
        _completeSend = CompleteSend;
    }

    public Socket Socket { get; }

    /// <summary>See <see cref="Tables.FlowKey.LocalAddressId"/>.</summary>
    public ushort LocalAddressId { get; }

    /// <summary>Where it is bound.</summary>
    public AddressKey Address { get; }

    /// <summary>Turns that its receive loop has had.</summary>
    public long Turns { get; private set; }

    /// <summary>The last turn in which the loop found nothing more to receive.</summary>
    public long EmptiedInTurn { get; private set; }

    /// <summary>Any thread.</summary>
    public bool IsDisposed => _isDisposed;

    /// <summary>The receive loop has had a turn.</summary>
    public void CountTurn(bool isEmptied)
    {
        Turns++;
        if (isEmptied)
        {
            EmptiedInTurn = Turns;
        }
    }

    /// <summary>
    /// Sends one datagram without waiting. <see cref="SocketError.IOPending"/>: it leaves as soon as the kernel has room, so the
    /// caller may not touch the buffer and the address any more; until then every other send is <see cref="SocketError.WouldBlock"/>.
    /// </summary>
    /// <remarks>
    /// The class library has no send to an address that returns a full queue as a value. This one returns at once, does not throw,
    /// and takes a full queue for a reason to wait, so one datagram waits and the others are dropped.
    /// </remarks>
    public SocketError Send(ReadOnlyMemory<byte> datagram, SocketAddress to)
    {
        if (_isSending)
        {
            return SocketError.WouldBlock;
        }

        if (_isDisposed)
        {
            return SocketError.OperationAborted;
        }

        ValueTask<int> sending = Socket.SendToAsync(datagram, SocketFlags.None, to);
        if (sending.IsCompletedSuccessfully)
        {
            return SocketError.Success;
        }

        if (sending.IsCompleted)
        {
            // Made, but never thrown.
            Exception? failure = sending.AsTask().Exception?.InnerException;
            return failure is SocketException exception ? exception.SocketErrorCode : SocketError.OperationAborted;
        }

        _isSending = true;
        _sending = sending.ConfigureAwait(false).GetAwaiter();
        _sending.UnsafeOnCompleted(_completeSend);
        return SocketError.IOPending;
    }

    /// <summary>
    /// After <see cref="SocketError.IOPending"/>: leaves the buffer to the send that waits, and hands out the one of the send that waited before it,
    /// if there was one.
    /// </summary>
    public byte[]? LendBuffer(byte[] buffer)
    {
        byte[]? before = _lent;
        _lent = buffer;
        return before;
    }

    public void Dispose()
    {
        _isDisposed = true;
        Socket.Dispose();
    }

    private void CompleteSend()
    {
        try
        {
            _sending.GetResult();
        }
        catch (SocketException)
        {
            // One datagram less, after a full queue.
        }
        finally
        {
            _isSending = false;
        }
    }
}
