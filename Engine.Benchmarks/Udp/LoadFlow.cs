// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace LbEngine.Benchmarks.Udp;

/// <summary>
/// One client port with a fixed number of slots: each holds one datagram in flight. Connected, so that replies from elsewhere never reach it.
/// </summary>
internal sealed class LoadFlow : IDisposable
{
    private readonly Socket _socket;
    private readonly byte[] _datagram;
    private readonly ulong[] _sequences;
    private readonly long[] _sentAt;
    private readonly LoadCounts _counts;
    private readonly bool _isBurst;
    private ulong _lastSequence;
    private int _inFlight;

    public LoadFlow(IPEndPoint target, uint run, int number, UdpLoadSettings settings, LoadCounts counts)
    {
        _socket = new Socket(target.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        _socket.Connect(target);
        _socket.Blocking = false;
        _datagram = new byte[settings.Size];
        LoadDatagram.WriteTemplate(_datagram, run, number);
        _sequences = new ulong[settings.Outstanding];
        _sentAt = new long[settings.Outstanding];
        _isBurst = settings.Burst;
        _counts = counts;
    }

    public int Descriptor => (int)_socket.SafeHandle.DangerousGetHandle();

    public bool IsWaiting => _inFlight > 0;

    /// <summary>Sends in every free slot.</summary>
    public void Fill()
    {
        for (int slot = 0; slot < _sequences.Length; slot++)
        {
            if (_sequences[slot] == 0)
            {
                Send(slot);
            }
        }
    }

    /// <summary>Takes the replies that wait, at most one for each slot, and sends again unless <paramref name="isEnding"/>.</summary>
    public void Receive(Span<byte> buffer, bool isEnding)
    {
        for (int i = 0; i < _sequences.Length; i++)
        {
            int length = _socket.Receive(buffer, SocketFlags.None, out SocketError error);
            if (error == SocketError.WouldBlock)
            {
                return;
            }

            if (error != SocketError.Success)
            {
                _counts.Errors++;
                continue;
            }

            if (!LoadDatagram.TryRead(buffer[..length], _datagram, out int slot, out ulong sequence))
            {
                _counts.Wrong++;
            }
            else if (_sequences[slot] != sequence)
            {
                _counts.Late++;
            }
            else
            {
                _counts.CountReply(Stopwatch.GetTimestamp() - _sentAt[slot], length);
                Free(slot, isEnding);
            }
        }
    }

    /// <summary>Gives up datagrams that were sent before <paramref name="oldest"/>.</summary>
    public void GiveUp(long oldest, bool isEnding)
    {
        for (int slot = 0; slot < _sequences.Length; slot++)
        {
            if (_sequences[slot] != 0 && _sentAt[slot] < oldest)
            {
                _counts.Lost++;
                Free(slot, isEnding);
            }
        }
    }

    public void Dispose() => _socket.Dispose();

    private void Free(int slot, bool isEnding)
    {
        _sequences[slot] = 0;
        _inFlight--;
        if (isEnding)
        {
            return;
        }

        if (!_isBurst)
        {
            Send(slot);
        }
        else if (_inFlight == 0)
        {
            Fill();
        }
    }

    private void Send(int slot)
    {
        _sequences[slot] = ++_lastSequence;
        _sentAt[slot] = Stopwatch.GetTimestamp();
        _inFlight++;
        LoadDatagram.Stamp(_datagram, slot, _lastSequence);
        _socket.Send(_datagram, SocketFlags.None, out SocketError error);
        if (error != SocketError.Success)
        {
            // ECONNREFUSED from an earlier datagram, or a full queue: this one was not sent and is given up like a lost one.
            _counts.Errors++;
        }
    }
}
