// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Transport.Linux.Interop;

namespace LbEngine.Benchmarks.Scale.Load;

/// <summary>Short connections: connect, one request, its reply, close; a few at a time. One thread.</summary>
/// <param name="inFlight">Connections at once.</param>
internal sealed class ShortLoad(int inFlight) : IDisposable
{
    private const int WaitMilliseconds = 20_000;

    private readonly Socket?[] _sockets = new Socket?[inFlight];
    private readonly ulong[] _sequences = new ulong[inFlight];
    private readonly Epoll _epoll = Epoll.TryOpen(out int errno) ?? throw new IOException($"epoll_create1 failed with error {errno}.");
    private readonly EpollEvents _events = new(64);
    private readonly byte[] _buffer = new byte[2048];
    private ulong _sequence;

    /// <summary>Makes that many connections, to the targets in turn.</summary>
    public void Run(int connections, IReadOnlyList<IPEndPoint> targets)
    {
        int opened = 0;
        int closed = 0;
        while (opened < Math.Min(inFlight, connections))
        {
            Open(opened, targets[opened++ % targets.Count]);
        }

        while (closed < connections)
        {
            int count = _epoll.Wait(_events, WaitMilliseconds);
            if (count == 0)
            {
                throw new TimeoutException($"No reply within {WaitMilliseconds} ms; {closed} of {connections} connections were served.");
            }

            for (int i = 0; i < count; i++)
            {
                _events.Read(i, out _, out ulong slot);
                Finish((int)slot);
                closed++;
                if (opened < connections)
                {
                    Open((int)slot, targets[opened++ % targets.Count]);
                }
            }
        }
    }

    public void Dispose()
    {
        _epoll.Close();
        Array.ForEach(_sockets, socket => socket?.Dispose());
    }

    private void Open(int slot, IPEndPoint target)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _sockets[slot] = socket;
        _sequences[slot] = ++_sequence;

        // Many client addresses, for those that were closed a moment ago keep their ports.
        socket.Bind(new IPEndPoint(LoopbackAddress.Of(LoopbackAddress.Clients, (int)(_sequence % 1024)), 0));
        socket.Connect(target);
        Ping.Write(_buffer, slot, _sequence);
        socket.Send(_buffer.AsSpan(0, Ping.Length));
        socket.Blocking = false;
        _epoll.Add((int)socket.SafeHandle.DangerousGetHandle(), Epoll.EPOLLIN, (ulong)slot);
    }

    private void Finish(int slot)
    {
        Socket socket = _sockets[slot]!;
        int length = socket.Receive(_buffer, SocketFlags.None, out SocketError error);
        if (error != SocketError.Success || !Ping.IsReplyTo(_buffer.AsSpan(0, length), slot, _sequences[slot]))
        {
            throw new InvalidDataException($"A short connection got {length} bytes that are not its own ({error}).");
        }

        socket.Dispose();
        _sockets[slot] = null;
    }
}
