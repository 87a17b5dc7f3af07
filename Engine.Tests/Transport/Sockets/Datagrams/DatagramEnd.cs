// SPDX-License-Identifier: MIT
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;

namespace LbEngine.Tests.Transport.Sockets.Datagrams;

/// <summary>A client or a backend: a UDP socket that keeps everything that arrives.</summary>
internal sealed class DatagramEnd : IDisposable
{
    private readonly Channel<Received> _received = Channel.CreateUnbounded<Received>();
    private readonly Socket _socket;
    private string? _ended;

    private DatagramEnd(Socket socket)
    {
        _socket = socket;
        EndPoint = (IPEndPoint)socket.LocalEndPoint!;
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>Where <see cref="Send(string)"/> goes.</summary>
    public IPEndPoint? Target { get; set; }

    public static DatagramEnd Open(IPAddress address, int port = 0)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 4 << 20 };
        socket.Bind(new IPEndPoint(address, port));
        var end = new DatagramEnd(socket);
        _ = end.RunAsync();
        return end;
    }

    public void Send(string text) => Send(Encoding.ASCII.GetBytes(text));

    public void Send(byte[] bytes) => SendTo(Target!, bytes);

    public void SendTo(IPEndPoint target, string text) => SendTo(target, Encoding.ASCII.GetBytes(text));

    public void SendTo(IPEndPoint target, byte[] bytes) => _socket.SendTo(bytes, target);

    public async Task<Received> ReceiveAsync()
    {
        try
        {
            return await Waiting.For($"a datagram at {EndPoint}", _received.Reader.ReadAsync().AsTask());
        }
        catch (TimeoutException exception) when (_ended is null)
        {
            // Zero: nobody has sent it here. More: it has come, and nobody was woken for it.
            throw new TimeoutException($"{exception.Message} {_socket.Available} bytes wait in the socket.", exception);
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException($"{exception.Message} Nobody listens there any more: {_ended}", exception);
        }
    }

    public bool TryReceive([NotNullWhen(true)] out Received? datagram) => _received.Reader.TryRead(out datagram);

    public Task WhenReceivedAsync() => _received.Reader.WaitToReadAsync().AsTask();

    /// <summary>Sends a question and waits for its answer.</summary>
    public async Task<Received> AskAsync(string text)
    {
        Send(text);
        return await ReceiveAsync();
    }

    /// <summary>Answers everything with the same bytes from now on.</summary>
    public async Task EchoAsync()
    {
        // Not where tests run: all of those threads may be busy with other tests for longer than anybody waits here.
        await foreach (Received received in _received.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            SendTo(received.Source, received.Bytes);
        }
    }

    public void Dispose()
    {
        _socket.Dispose();
        _received.Writer.TryComplete();
    }

    private async Task RunAsync()
    {
        var buffer = new byte[65_536];
        var anyone = new IPEndPoint(_socket.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0);
        try
        {
            while (true)
            {
                SocketReceiveFromResult result = await _socket.ReceiveFromAsync(buffer, anyone).ConfigureAwait(false);
                _received.Writer.TryWrite(new Received(buffer[..result.ReceivedBytes], (IPEndPoint)result.RemoteEndPoint));
            }
        }
        catch (SocketException exception)
        {
            _ended = exception.Message; // As a rule: disposed.
        }
        catch (ObjectDisposedException)
        {
            // Disposed.
        }
    }
}
