// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Transport.Linux.Interop;

namespace LbEngine.Benchmarks.Tcp;

/// <summary>One thread that accepts and sends back, with a listening socket of its own beside those of other threads.</summary>
/// <remarks>Waits with the engine's own epoll wrapper, so that thousands of idle connections cost it nothing.</remarks>
internal sealed class TcpEcho : IDisposable
{
    private const int Backlog = 4096;
    private const int SocketLevel = 1;
    private const int ReusePort = 15;

    private readonly Socket _listener;
    private readonly Epoll _epoll;
    private readonly EpollEvents _events = new(256);
    private readonly byte[] _buffer = new byte[65536];
    private readonly Dictionary<ulong, Socket> _connections = [];

    public TcpEcho(IPEndPoint endPoint)
    {
        _listener = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { Blocking = false, NoDelay = true };
        _listener.SetRawSocketOption(SocketLevel, ReusePort, BitConverter.GetBytes(1));
        _listener.Bind(endPoint);
        _listener.Listen(Backlog);
        _epoll = Epoll.TryOpen(out int errno) ?? throw new IOException($"epoll_create1 failed with error {errno}.");
        Watch(_listener);
    }

    public void Run()
    {
        ulong listener = Number(_listener);
        while (true)
        {
            int count = _epoll.Wait(_events, -1);
            for (int i = 0; i < count; i++)
            {
                _events.Read(i, out _, out ulong descriptor);
                if (descriptor == listener)
                {
                    Accept();
                }
                else
                {
                    Echo(descriptor);
                }
            }
        }
    }

    public void Dispose()
    {
        _epoll.Close();
        _listener.Dispose();
        foreach (Socket connection in _connections.Values)
        {
            connection.Dispose();
        }
    }

    private static ulong Number(Socket socket) => (ulong)socket.SafeHandle.DangerousGetHandle();

    private void Watch(Socket socket) => _epoll.Add((int)Number(socket), Epoll.EPOLLIN, Number(socket));

    private void Accept()
    {
        try
        {
            Socket connection = _listener.Accept();
            connection.Blocking = false;
            _connections[Number(connection)] = connection;
            Watch(connection);
        }
        catch (SocketException)
        {
            // Nobody waits any more, or the client has left again.
        }
    }

    private void Echo(ulong descriptor)
    {
        Socket connection = _connections[descriptor];
        int length = connection.Receive(_buffer, SocketFlags.None, out SocketError error);
        if (error == SocketError.WouldBlock)
        {
            return;
        }

        if (error == SocketError.Success && length > 0)
        {
            // What the client's window does not take at once is lost with the connection: the loads here never have more than that in flight.
            int sent = connection.Send(_buffer.AsSpan(0, length), SocketFlags.None, out error);
            if (error == SocketError.Success && sent == length)
            {
                return;
            }
        }

        _connections.Remove(descriptor);
        connection.Dispose();
    }
}
