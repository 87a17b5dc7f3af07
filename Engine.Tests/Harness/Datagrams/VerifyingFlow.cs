// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace LbEngine.Tests.Harness.Datagrams;

/// <summary>One client port that sends bursts and knows every byte that may come back. One thread at a time.</summary>
internal sealed class VerifyingFlow : IDisposable
{
    private const int Shortest = Datagram.HeaderLength;
    private const int Span = 1000;

    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[DatagramBuffers.Longest];
    private readonly int _number;
    private readonly bool[] _answered;
    private long _first;
    private int _missing;

    public VerifyingFlow(IPEndPoint target, int number, int burst)
    {
        _number = number;
        _answered = new bool[burst];
        _socket = new Socket(target.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        DatagramBuffers.Enlarge(_socket);
        _socket.Connect(target);
        _socket.Blocking = false;
    }

    public long Sent { get; private set; }

    public long Lost { get; private set; }

    /// <summary>Replies that came after their burst was given up, or twice.</summary>
    public long Late { get; private set; }

    /// <summary>The first datagram that this flow should never have seen; null when there was none.</summary>
    public string? Wrong { get; private set; }

    /// <summary>Sends a whole burst. Every second burst is of one length, as in bulk transfers; in the others each datagram has its own.</summary>
    public void SendBurst()
    {
        _first += _answered.Length;
        Array.Clear(_answered);
        _missing = _answered.Length;
        bool isEven = _first / _answered.Length % 2 == 0;
        for (int i = 0; i < _answered.Length; i++)
        {
            int length = Shortest + (int)((isEven ? _first : _first + (i * 37)) % Span);
            Datagram.Write(_buffer.AsSpan(0, length), _number, _first + i);
            _socket.Send(_buffer.AsSpan(0, length), SocketFlags.None, out SocketError error);
            if (error != SocketError.Success)
            {
                throw new SocketException((int)error);
            }

            Sent++;
        }
    }

    /// <summary>Receives until the burst is answered or <paramref name="deadline"/> (a timestamp) is past; what is missing then is lost.</summary>
    public void ReceiveBurst(long deadline)
    {
        while (_missing > 0)
        {
            if (!TryReceive())
            {
                TimeSpan left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), deadline);
                if (left <= TimeSpan.Zero)
                {
                    break;
                }

                _socket.Poll(left, SelectMode.SelectRead);
            }
        }

        Lost += _missing;
    }

    /// <summary>Looks at what came after the last burst.</summary>
    public void ReceiveRest()
    {
        while (TryReceive())
        {
        }
    }

    public void Dispose() => _socket.Dispose();

    private bool TryReceive()
    {
        int length = _socket.Receive(_buffer, SocketFlags.None, out SocketError error);
        if (error == SocketError.WouldBlock)
        {
            return false;
        }

        if (error != SocketError.Success)
        {
            throw new SocketException((int)error);
        }

        if (!Datagram.TryRead(_buffer.AsSpan(0, length), out int flow, out long sequence) || flow != _number || sequence >= _first + _answered.Length)
        {
            Wrong ??= $"Flow {_number} received {length} B of flow {flow}, sequence {sequence}.";
        }
        else if (sequence < _first || _answered[sequence - _first])
        {
            Late++;
        }
        else
        {
            _answered[sequence - _first] = true;
            _missing--;
        }

        return true;
    }
}
