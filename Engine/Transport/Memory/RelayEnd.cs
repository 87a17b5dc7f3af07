// SPDX-License-Identifier: MIT
using System.Net;

namespace LbEngine.Testing;

/// <summary>The balancer's end of a link: what a socket is to the other transports. Holds what has come and is not read yet.</summary>
/// <remarks>Called under the lock of the <see cref="RunQueue"/> only.</remarks>
internal sealed class RelayEnd : IMemoryEnd
{
    /// <summary>Bytes that may wait in the balancer, per direction.</summary>
    private const int Capacity = 64 * 1024;

    private readonly RunQueue _queue;
    private readonly ByteQueue _input = new();
    private IMemoryEnd? _peer;
    private bool _finSent;
    private bool _isClosed;

    public RelayEnd(RunQueue queue, IPEndPoint localEndPoint, IPEndPoint remoteEndPoint)
    {
        _queue = queue;
        LocalEndPoint = localEndPoint;
        RemoteEndPoint = remoteEndPoint;
    }

    /// <summary>The balancer's own address on this link.</summary>
    public IPEndPoint LocalEndPoint { get; }

    /// <summary>Who is at the other end.</summary>
    public IPEndPoint RemoteEndPoint { get; }

    /// <summary>Who relays it; null while it lies in a backlog.</summary>
    public RelayedConnection? Owner { get; set; }

    /// <summary>True while it lies in a backlog.</summary>
    public bool IsWaiting => Owner is null && !_isClosed && !WasReset;

    /// <summary>What has come and was not read yet.</summary>
    public ReadOnlySpan<byte> Input => _input.Span;

    /// <summary>The other end has finished: nothing comes after <see cref="Input"/>.</summary>
    public bool HasFin { get; private set; }

    /// <summary>The other end is gone.</summary>
    public bool WasReset { get; private set; }

    /// <summary>The balancer has let go of it.</summary>
    public bool IsClosed => _isClosed;

    public void LinkTo(IMemoryEnd peer) => _peer = peer;

    public int Take(ReadOnlySpan<byte> bytes)
    {
        if (_isClosed)
        {
            AnswerWithReset();
            return bytes.Length;
        }

        int taken = Math.Min(bytes.Length, Capacity - _input.Count);
        if (taken > 0)
        {
            _input.Append(bytes[..taken]);
            Wake();
        }

        return taken;
    }

    public void TakeFin()
    {
        HasFin = true;
        Wake();
    }

    public void TakeReset()
    {
        WasReset = true;
        Wake();
    }

    public void PeerHasRoom() => Wake();

    /// <summary>Input was passed on: there is room for more.</summary>
    public void Discard(int count)
    {
        _input.Discard(count);
        _peer?.PeerHasRoom();
    }

    /// <summary>Sends bytes to the other end; returns how many it took.</summary>
    public int Send(ReadOnlySpan<byte> bytes) => _peer!.Take(bytes);

    /// <summary>Sends FIN to the other end, once.</summary>
    public void SendFin()
    {
        if (!_finSent)
        {
            _finSent = true;
            _peer?.TakeFin();
        }
    }

    /// <summary>Lets go with FIN, once everything that has come was passed on.</summary>
    public void Close()
    {
        if (!_isClosed)
        {
            _isClosed = true;
            if (!WasReset)
            {
                SendFin();
            }
        }
    }

    /// <summary>Lets go with RST.</summary>
    public void Abort()
    {
        if (!_isClosed)
        {
            _isClosed = true;
            _input.Clear();
            AnswerWithReset();
        }
    }

    /// <summary>Lets go without a word. What the other end sends then is answered with RST, as by a kernel that knows of no such connection.</summary>
    public void Vanish()
    {
        _isClosed = true;
        _input.Clear();
    }

    private void AnswerWithReset()
    {
        if (!WasReset)
        {
            WasReset = true;
            _peer?.TakeReset();
        }
    }

    private void Wake()
    {
        if (Owner is not null)
        {
            _queue.Add(Owner);
        }
    }
}
