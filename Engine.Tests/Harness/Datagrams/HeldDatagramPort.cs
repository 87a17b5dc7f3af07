// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;

namespace LbEngine.Tests.Harness.Datagrams;

/// <summary>
/// A UDP port that belongs to the test whether somebody listens there or not. While nobody does, datagrams are refused (ICMP port
/// unreachable) and no other socket gets the port by chance, so that a backend can die and come back.
/// </summary>
internal sealed class HeldDatagramPort : IDisposable
{
    // SO_REUSEADDR by itself; the runtime's own option of that name adds SO_REUSEPORT, and the kernel would then spread datagrams over both sockets.
    private const int SocketLevel = 1;
    private const int ReuseAddress = 2;

    private readonly Socket _holder;

    public HeldDatagramPort(IPAddress? address = null, int port = 0)
    {
        // Shared only from here on: for two sockets that both may be shared the kernel chooses one port, when it chooses.
        _holder = new Socket((address ?? IPAddress.Loopback).AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        _holder.Bind(new IPEndPoint(address ?? IPAddress.Loopback, port));
        Share(_holder);
        EndPoint = (IPEndPoint)_holder.LocalEndPoint!;

        // Connected to itself it takes datagrams from its own port only, and nobody else has that.
        _holder.Connect(EndPoint);
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>A socket that can be bound to a held port.</summary>
    public static Socket Open(IPEndPoint endPoint)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        Share(socket);
        socket.Bind(endPoint);
        return socket;
    }

    public void Dispose() => _holder.Dispose();

    private static void Share(Socket socket) => socket.SetRawSocketOption(SocketLevel, ReuseAddress, BitConverter.GetBytes(1));
}
