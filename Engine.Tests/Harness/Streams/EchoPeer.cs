// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;

namespace LbEngine.Tests.Harness.Streams;

/// <summary>A client of a <see cref="StreamEcho"/>, which expects every byte back.</summary>
internal sealed class EchoPeer : IDisposable
{
    private readonly Socket _socket;
    private readonly int _number;
    private long _position;
    private bool _wasResetAtOnce;

    private EchoPeer(Socket socket, int number)
    {
        _socket = socket;
        _number = number;
    }

    public IPEndPoint EndPoint => (IPEndPoint)_socket.LocalEndPoint!;

    public static async Task<EchoPeer> ConnectAsync(IPEndPoint target, int number = 0, IPAddress? from = null)
    {
        var socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (from is not null)
            {
                socket.Bind(new IPEndPoint(from, 0));
            }

            bool isReset = await Waiting.ForAsync(token => ConnectSocketAsync(socket, target, token), $"client {number} to connect to {target}");
            return new EchoPeer(socket, number) { _wasResetAtOnce = isReset };
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends some bytes and receives them.</summary>
    public async Task EchoAsync(int length = 100)
    {
        var sent = new byte[length];
        var received = new byte[length];
        Pattern.Fill(sent, _number, _position);
        for (int done = 0; done < length;)
        {
            done += await Waiting.ForAsync(token => _socket.SendAsync(sent.AsMemory(done), SocketFlags.None, token), $"client {_number} to send");
        }

        for (int done = 0; done < length;)
        {
            int n = await Waiting.ForAsync(token => _socket.ReceiveAsync(received.AsMemory(done), SocketFlags.None, token), $"client {_number} to hear its bytes");
            Assert.True(n > 0, $"The stream of client {_number} ended after {_position + done} B.");
            done += n;
        }

        Assert.Equal(sent, received);
        _position += length;
    }

    /// <summary>Ends its half and expects an orderly end of the other.</summary>
    public async Task FinishAsync()
    {
        _socket.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, await Waiting.ForAsync(token => _socket.ReceiveAsync(new byte[1], SocketFlags.None, token), $"client {_number} to hear the end"));
        _socket.Dispose();
    }

    /// <summary>Whether its stream has ended, in whatever way.</summary>
    public bool HasEnded => _wasResetAtOnce || _socket.Poll(0, SelectMode.SelectRead) && _socket.Available == 0;

    public void Dispose() => _socket.Dispose();

    /// <summary>True when it was connected and reset again before the runtime looked.</summary>
    private static async ValueTask<bool> ConnectSocketAsync(Socket socket, IPEndPoint target, CancellationToken token)
    {
        try
        {
            await socket.ConnectAsync(target, token);
            return false;
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
        {
            return true;
        }
    }
}
