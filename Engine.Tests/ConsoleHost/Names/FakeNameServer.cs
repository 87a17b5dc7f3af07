// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace LbEngine.Tests.ConsoleHost.Names;

/// <summary>A DNS server on port 53, UDP and TCP, that knows every name and answers as it is told. RFC 1035, as much as a stub resolver needs.</summary>
internal sealed class FakeNameServer : IDisposable
{
    private const int HeaderLength = 12;
    private const int LongestDatagram = 512;
    private const int TypeA = 1;
    private const int TypeAaaa = 28;

    private readonly Socket _datagrams;
    private readonly Socket _listener;
    private volatile Script _script = new(FakeAnswer.NoSuchName, []);
    private int _asked;
    private int _askedOverTcp;

    public FakeNameServer(IPAddress address)
    {
        _datagrams = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        _datagrams.Bind(new IPEndPoint(address, 53));
        _listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _listener.Bind(new IPEndPoint(address, 53));
        _listener.Listen();
        _ = ServeDatagramsAsync();
        _ = ServeConnectionsAsync();
    }

    /// <summary>Questions so far, those over TCP included.</summary>
    public int Asked => Volatile.Read(ref _asked);

    public int AskedOverTcp => Volatile.Read(ref _askedOverTcp);

    public void Answer(FakeAnswer answer, params IPAddress[] addresses) => _script = new Script(answer, addresses);

    public void Dispose()
    {
        _datagrams.Dispose();
        _listener.Dispose();
    }

    private async Task ServeDatagramsAsync()
    {
        var buffer = new byte[LongestDatagram];
        EndPoint anyone = new IPEndPoint(_datagrams.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        try
        {
            while (true)
            {
                SocketReceiveFromResult received = await _datagrams.ReceiveFromAsync(buffer, anyone);
                int number = Interlocked.Increment(ref _asked);
                Script script = _script;
                if (script.Answer != FakeAnswer.Silence)
                {
                    byte[] reply = Reply(buffer.AsSpan(0, received.ReceivedBytes), script, number);
                    bool isCut = reply.Length > LongestDatagram || script.Answer == FakeAnswer.AddressesOverTcp;
                    await _datagrams.SendToAsync(isCut ? Reply(buffer.AsSpan(0, received.ReceivedBytes), script with { Addresses = [] }, number, isCut) : reply, received.RemoteEndPoint);
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeConnectionsAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeConnectionAsync(await _listener.AcceptAsync());
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    /// <summary>Each message has its length before it; a resolver may ask for both families over one connection.</summary>
    private async Task ServeConnectionAsync(Socket socket)
    {
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        var length = new byte[2];
        try
        {
            while (await stream.ReadAtLeastAsync(length, 2, throwOnEndOfStream: false) == 2)
            {
                var question = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
                await stream.ReadExactlyAsync(question);
                Interlocked.Increment(ref _askedOverTcp);
                byte[] reply = Reply(question, _script, Interlocked.Increment(ref _asked));
                BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)reply.Length);
                await stream.WriteAsync((byte[])[.. length, .. reply]);
            }
        }
        catch (IOException)
        {
            // The resolver has hung up.
        }
    }

    private static byte[] Reply(ReadOnlySpan<byte> message, Script script, int number, bool isCut = false)
    {
        int end = HeaderLength;
        while (message[end] != 0)
        {
            end += message[end] + 1;
        }

        int type = BinaryPrimitives.ReadUInt16BigEndian(message[(end + 1)..]);
        ReadOnlySpan<byte> question = message[HeaderLength..(end + 5)];
        IPAddress[] addresses = script.Answer is FakeAnswer.Addresses or FakeAnswer.AddressesOverTcp ? [.. script.Addresses.Where(address => TypeOf(address) == type)] : [];
        int code = script.Answer switch
        {
            FakeAnswer.NoSuchName => 3,
            FakeAnswer.Failure => 2,
            _ => 0,
        };
        List<byte> reply =
        [
            message[0], message[1],
            (byte)(0x85 | (isCut ? 2 : 0)), (byte)(0x80 | code),
            0, 1, (byte)(addresses.Length >> 8), (byte)addresses.Length, 0, 0, 0, 0,
            .. question,
        ];
        for (int i = 0; i < addresses.Length; i++)
        {
            byte[] address = addresses[(i + number) % addresses.Length].GetAddressBytes();

            // The name is that of the question, by a pointer to it; class IN, TTL 0.
            reply.AddRange([0xC0, HeaderLength, 0, (byte)type, 0, 1, 0, 0, 0, 0, 0, (byte)address.Length, .. address]);
        }

        return [.. reply];
    }

    private static int TypeOf(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork ? TypeA : TypeAaaa;

    private sealed record Script(FakeAnswer Answer, IPAddress[] Addresses);
}
