// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using LbEngine.Transport.Linux.Interop;

namespace LbEngine.Benchmarks.Scale.Load;

/// <summary>
/// Keeps many connections, or UDP flows, open and a fixed number of requests in flight: each reply is answered by a request on the
/// next connection of the round. So the rate does not depend on how many connections there are, only the balancer's work does. One thread.
/// </summary>
internal sealed class PingLoad : IDisposable
{
    private const int WaitMilliseconds = 500;

    // A busy machine may keep a pinned process from its core for seconds.
    private const int MostWaits = 40;

    private readonly List<Socket> _sockets = [];
    private readonly List<ulong> _waiting = [];
    private readonly Epoll _epoll = Epoll.TryOpen(out int errno) ?? throw new IOException($"epoll_create1 failed with error {errno}.");
    private readonly EpollEvents _events = new(64);
    private readonly byte[] _buffer = new byte[2048];
    private readonly SocketType _type;
    private readonly IPEndPoint _target;
    private ulong _sequence;
    private int _next;
    private int _inFlight;

    public PingLoad(SocketType type, IPEndPoint target)
    {
        _type = type;
        _target = target;
    }

    public int Count => _sockets.Count;

    /// <summary>Datagrams that had no reply in time, lost or because the machine was busy, and were sent again.</summary>
    public long Lost { get; private set; }

    /// <summary>Opens connections until there are <paramref name="count"/>, each used once, so that the balancer has placed them all.</summary>
    public void Grow(int count)
    {
        const int Batch = 256;
        while (Count < count)
        {
            int first = Count;
            for (int i = 0; i < Batch && Count < count; i++)
            {
                Open();
            }

            _next = first;
            Exchange(first, Count - first, inFlight: 32, replies: Count - first, long.MaxValue);
        }

        _next = 0;
    }

    /// <summary>Sends on the first <paramref name="active"/> connections in turn for a time; returns how many replies came, all of them right.</summary>
    public long Run(int active, int inFlight, TimeSpan time) =>
        Exchange(0, active, inFlight, long.MaxValue, Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency));

    public void Dispose()
    {
        _epoll.Close();
        _sockets.ForEach(socket => socket.Dispose());
    }

    private void Open()
    {
        var socket = new Socket(AddressFamily.InterNetwork, _type, _type == SocketType.Stream ? ProtocolType.Tcp : ProtocolType.Udp);
        _sockets.Add(socket);

        // Clients of many addresses: one address has source ports for 28,000, and the balancer itself needs as many towards its backends.
        socket.Bind(new IPEndPoint(LoopbackAddress.Of(LoopbackAddress.Clients, Count % 1024), 0));
        socket.Connect(_target);
        socket.Blocking = false;
        if (_type == SocketType.Stream)
        {
            socket.NoDelay = true;
        }

        _waiting.Add(0);
        _epoll.Add((int)socket.SafeHandle.DangerousGetHandle(), Epoll.EPOLLIN, (ulong)(Count - 1));
    }

    private long Exchange(int first, int active, int inFlight, long replies, long deadline)
    {
        long received = 0;
        long sent = 0;
        int waits = 0;
        while (_inFlight < Math.Min(inFlight, active) && sent < replies)
        {
            SendNext(first, active);
            sent++;
        }

        // Not ended before the last reply has come, so that nothing of this run is left in the next.
        while (_inFlight > 0)
        {
            int count = _epoll.Wait(_events, WaitMilliseconds);
            waits = count == 0 ? waits + 1 : 0;
            if (waits > 0)
            {
                SendAgain(waits);
            }

            for (int i = 0; i < count; i++)
            {
                _events.Read(i, out _, out ulong connection);
                if (!TryReceive((int)connection))
                {
                    continue;
                }

                received++;
                if (sent < replies && Stopwatch.GetTimestamp() < deadline)
                {
                    SendNext(first, active);
                    sent++;
                }
            }
        }

        return received;
    }

    /// <summary>On the next connection that has no request in flight; there is one, for fewer are in flight than there are connections.</summary>
    private void SendNext(int first, int active)
    {
        int connection;
        do
        {
            connection = first + ((_next - first) % active);
            _next = connection + 1;
        }
        while (_waiting[connection] != 0);

        _waiting[connection] = ++_sequence;
        _inFlight++;
        Send(connection);
    }

    private void Send(int connection)
    {
        Ping.Write(_buffer, connection, _waiting[connection]);
        int length = _sockets[connection].Send(_buffer.AsSpan(0, Ping.Length), SocketFlags.None, out SocketError error);
        if (error != SocketError.Success || length != Ping.Length)
        {
            throw new IOException($"Connection {connection} took {length} bytes: {error}.");
        }
    }

    private bool TryReceive(int connection)
    {
        int length = _sockets[connection].Receive(_buffer, SocketFlags.None, out SocketError error);
        if (error == SocketError.WouldBlock)
        {
            return false;
        }

        if (error != SocketError.Success)
        {
            throw new IOException($"Connection {connection} failed: {error}.");
        }

        if (!Ping.IsReplyTo(_buffer.AsSpan(0, length), connection, _waiting[connection]))
        {
            // A datagram that was sent twice is answered twice.
            return _type == SocketType.Dgram && Lost > 0
                ? false
                : throw new InvalidDataException($"Connection {connection} got {length} bytes that are not its own.");
        }

        _waiting[connection] = 0;
        _inFlight--;
        return true;
    }

    /// <summary>A datagram may be lost; a connection loses nothing, and only waits.</summary>
    private void SendAgain(int waits)
    {
        if (waits == MostWaits)
        {
            throw new TimeoutException($"{_inFlight} requests had no reply within {MostWaits * WaitMilliseconds / 1000} s.");
        }

        if (_type == SocketType.Stream)
        {
            return;
        }

        for (int connection = 0; connection < Count; connection++)
        {
            if (_waiting[connection] != 0)
            {
                Lost++;
                Send(connection);
            }
        }
    }
}
