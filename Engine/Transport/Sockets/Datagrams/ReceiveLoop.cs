// SPDX-License-Identifier: MIT
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace LbEngine.Transport.Sockets.Datagrams;

/// <summary>Takes datagrams from a listener's socket as long as it is open. Owner only.</summary>
/// <remarks>
/// A receive that finds a datagram completes at once, so a burst is taken in one turn; one that finds none waits in the kernel
/// and posts the loop again when it has one.
/// </remarks>
/// <typeparam name="TResult">What a receive tells.</typeparam>
internal abstract class ReceiveLoop<TResult> : IOwnedWork
{
    /// <summary>Datagrams taken in one turn, until flows with replies get theirs.</summary>
    private const int MaxTurn = 64;

    private readonly DatagramListener _listener;
    private readonly Action _post;
    private ConfiguredValueTaskAwaitable<TResult>.ConfiguredValueTaskAwaiter _receiving; // mutable, keep non-readonly
    private bool _isReceiving;

    protected ReceiveLoop(DatagramListener listener, DatagramSocket socket)
    {
        _listener = listener;
        Socket = socket;
        _post = () => _listener.Owner.Post(this);
    }

    public IOwnedWork? NextWork { get; set; }

    protected DatagramSocket Socket { get; }

    /// <summary>Room for a datagram, and <see cref="HeaderRoom"/> in front of it.</summary>
    protected byte[] Buffer { get; } = GC.AllocateUninitializedArray<byte>(HeaderRoom.Bytes + DatagramSetup.MaxDatagram, pinned: true);

    public void Run()
    {
        if (_isReceiving)
        {
            _isReceiving = false;
            if (!TryConclude(out TResult result))
            {
                Rest();
                return;
            }

            // What came just before the socket was disposed must not begin a flow after all have ended.
            if (!Socket.IsDisposed)
            {
                OnReceived(result);
            }
        }

        for (int taken = 0; taken < MaxTurn && !Socket.IsDisposed; taken++)
        {
            ValueTask<TResult> receiving = ReceiveAsync();
            if (receiving.IsCompletedSuccessfully)
            {
                OnReceived(receiving.GetAwaiter().GetResult());
            }
            else if (receiving.IsCompleted)
            {
                Rest();
                return;
            }
            else
            {
                EndTurn(isEmptied: true);
                _isReceiving = true;
                _receiving = receiving.ConfigureAwait(false).GetAwaiter();
                _receiving.UnsafeOnCompleted(_post);
                return;
            }
        }

        EndTurn(isEmptied: false);
        OnFailed();
    }

    public void OnFailed()
    {
        if (!Socket.IsDisposed)
        {
            // Behind the flows that wait.
            _listener.Owner.Post(this);
        }
    }

    protected abstract ValueTask<TResult> ReceiveAsync();

    protected abstract void OnReceived(TResult result);

    /// <summary>The kernel is short of something: trying again at once could burn a core.</summary>
    private void Rest()
    {
        EndTurn(isEmptied: false);
        if (!Socket.IsDisposed)
        {
            _listener.RunAtNextTick(this);
        }
    }

    private void EndTurn(bool isEmptied)
    {
        Socket.CountTurn(isEmptied);
        _listener.Relay.Flush();
    }

    private bool TryConclude(out TResult result)
    {
        try
        {
            result = _receiving.GetResult();
            return true;
        }
        catch (SocketException)
        {
            // The socket was disposed, or the kernel was short of memory: once in a while, not per datagram.
            result = default!;
            return false;
        }
    }
}
