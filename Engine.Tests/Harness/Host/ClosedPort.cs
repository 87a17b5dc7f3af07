// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Tests.Harness.Streams;

namespace LbEngine.Tests.Harness.Host;

/// <summary>A port that is taken but does not listen: a connect is refused, and nobody else can get it meanwhile.</summary>
internal sealed class ClosedPort : IDisposable
{
    private readonly Socket _socket;

    public ClosedPort(IPAddress? address = null)
    {
        IPAddress own = address ?? IPAddress.Loopback;
        _socket = new Socket(own.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _socket.Bind(new IPEndPoint(own, 0));
        EndPoint = (IPEndPoint)_socket.LocalEndPoint!;
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>Listens from now on. The socket belongs to the backend then.</summary>
    public ScriptedBackend Open() => new(_socket);

    public void Dispose() => _socket.Dispose();
}
