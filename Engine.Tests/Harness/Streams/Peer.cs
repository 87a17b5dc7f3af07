// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;

namespace LbEngine.Tests.Harness.Streams;

/// <summary>One scripted end of a connection: a client, or what a backend accepted. It sends one pattern stream and checks another.</summary>
/// <remarks>At most one sender and one receiver at a time.</remarks>
internal sealed class Peer : IDisposable
{
    private readonly byte[] _receiveBuffer = new byte[64 * 1024];
    private readonly string _name;
    private long _received;
    private long? _firstWrong;
    private PeerEnd _end;

    /// <summary>Takes over <paramref name="socket"/>.</summary>
    public Peer(Socket socket, string name, int sends, int expects)
    {
        Socket = socket;
        socket.NoDelay = true;
        _name = name;
        Sends = sends;
        Expects = expects;
    }

    public Socket Socket { get; }

    /// <summary>Number of the stream that it sends.</summary>
    public int Sends { get; }

    /// <summary>Number of the stream that it should receive.</summary>
    public int Expects { get; }

    public long Sent { get; private set; }

    /// <summary>What it has seen so far.</summary>
    public Observation Seen => new(_received, _firstWrong, _end);

    /// <summary>Connects a client. <paramref name="pair"/> keeps the streams of several connections apart.</summary>
    /// <remarks>A connection that is reset so fast that the connect itself reports it counts as connected and then reset.</remarks>
    public static async Task<Peer> ConnectAsync(
        IPEndPoint endPoint,
        int pair = 0,
        int receiveBufferSize = 0,
        TimeSpan? limit = null,
        IPAddress? from = null)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        var peer = new Peer(socket, $"client {pair}", (2 * pair) + 1, (2 * pair) + 2);
        try
        {
            if (from is not null)
            {
                socket.Bind(new IPEndPoint(from, 0));
            }

            if (receiveBufferSize > 0)
            {
                socket.ReceiveBufferSize = receiveBufferSize;
            }

            peer._end = await Waiting.ForAsync(token => peer.ConnectSocketAsync(endPoint, token), $"client {pair} to connect to {endPoint}", limit);
            return peer;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends the next <paramref name="count"/> bytes of its stream.</summary>
    public async Task SendAsync(long count, int pieceSize = 64 * 1024, TimeSpan? limit = null)
    {
        var piece = new byte[(int)Math.Min(pieceSize, Math.Max(count, 1))];
        long end = Sent + count;
        while (Sent < end)
        {
            int length = (int)Math.Min(piece.Length, end - Sent);
            Pattern.Fill(piece.AsSpan(0, length), Sends, Sent);
            int done = 0;
            while (done < length)
            {
                int n = await Waiting.ForAsync(
                    token => Socket.SendAsync(piece.AsMemory(done, length - done), SocketFlags.None, token),
                    $"{_name} to send byte {Sent} of {end}",
                    limit);
                done += n;
                Sent += n;
            }
        }
    }

    /// <summary>
    /// Sends until the receiver blocks it: no byte is taken for <paramref name="silence"/>. Returns bytes taken, or gives up at
    /// <paramref name="most"/>.
    /// </summary>
    /// <remarks>
    /// Not by cancelling a send, and not by large non-blocking ones: of both, a part may have been taken that nobody counts.
    /// When poll reports room there is room for far more than one piece, so that each piece is taken whole.
    /// </remarks>
    public long SendUntilBlocked(long most, TimeSpan silence)
    {
        const int Piece = 2048;
        long start = Sent;
        var piece = new byte[Piece];
        Socket.Blocking = false;
        while (Sent - start < most && Socket.Poll(silence, SelectMode.SelectWrite))
        {
            Pattern.Fill(piece, Sends, Sent);
            int taken = Socket.Send(piece, SocketFlags.None, out SocketError error);
            if (error == SocketError.WouldBlock)
            {
                throw new InvalidOperationException($"{_name}: poll reported room, but a piece of {Piece} B did not fit; what was taken is not known.");
            }

            if (error != SocketError.Success)
            {
                throw new SocketException((int)error);
            }

            Sent += taken;
        }

        Socket.Blocking = true;
        return Sent - start;
    }

    /// <summary>Receives exactly <paramref name="count"/> bytes more; fails when the stream ends before.</summary>
    public async Task ReceiveAsync(long count, int pieceSize = 64 * 1024, TimeSpan? limit = null)
    {
        long target = _received + count;
        while (_received < target)
        {
            int most = (int)Math.Min(Math.Min(pieceSize, _receiveBuffer.Length), target - _received);
            if (!await ReceiveSomeAsync(most, $"byte {_received} of {target}", limit))
            {
                throw new InvalidOperationException($"The stream of {_name} ended too early: {Seen}, wanted {target} B.");
            }
        }

        if (_firstWrong is long wrong)
        {
            throw new InvalidOperationException($"{_name} received a wrong byte at offset {wrong}.");
        }
    }

    /// <summary>Receives what is there, at least one byte; 0 at the end of the stream.</summary>
    public async Task<long> ReceiveUpToAsync(int most)
    {
        long before = _received;
        await ReceiveSomeAsync(Math.Min(most, _receiveBuffer.Length), "anything", null);
        return _received - before;
    }

    /// <summary>Receives until the stream ends and says what was seen.</summary>
    public async Task<Observation> ReceiveToEndAsync(TimeSpan? limit = null)
    {
        while (_end == PeerEnd.Open && await ReceiveSomeAsync(_receiveBuffer.Length, $"the end of its stream (so far {_received} B)", limit))
        {
        }

        return Seen;
    }

    /// <summary>Sends one byte of urgent data (MSG_OOB), which is not part of the stream.</summary>
    public void SendUrgent() => Assert.Equal(1, Socket.Send("!"u8, SocketFlags.OutOfBand));

    /// <summary>Sends its end; may still receive.</summary>
    public void HalfClose() => Socket.Shutdown(SocketShutdown.Send);

    /// <summary>Drops the connection with RST.</summary>
    public void Reset()
    {
        Socket.LingerState = new LingerOption(true, 0);
        Socket.Dispose();
    }

    /// <summary>An ordinary close: FIN, or RST by the kernel when unread bytes wait.</summary>
    public void Dispose() => Socket.Dispose();

    private async ValueTask<PeerEnd> ConnectSocketAsync(IPEndPoint endPoint, CancellationToken token)
    {
        try
        {
            await Socket.ConnectAsync(endPoint, token);
            return PeerEnd.Open;
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
        {
            return PeerEnd.Rst;
        }
    }

    private async Task<bool> ReceiveSomeAsync(int most, string what, TimeSpan? limit)
    {
        try
        {
            int n = await Waiting.ForAsync(
                token => Socket.ReceiveAsync(_receiveBuffer.AsMemory(0, most), SocketFlags.None, token),
                $"{_name} to receive {what}",
                limit);
            if (n == 0)
            {
                _end = PeerEnd.Fin;
                return false;
            }

            _firstWrong ??= Pattern.FindWrong(_receiveBuffer.AsSpan(0, n), Expects, _received);
            _received += n;
            return true;
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted)
        {
            _end = PeerEnd.Rst;
            return false;
        }
    }
}
