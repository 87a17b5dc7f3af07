// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Transport.Linux.Interop;

namespace LbEngine.Tests.Transport.Linux.Datagrams;

/// <summary>Runs of datagrams, sent through real sockets: what goes in as datagrams comes out as the same datagrams.</summary>
public sealed class SendBatchTests : IDisposable
{
    private readonly Socket _sender = Bound();
    private readonly Socket _receiver = Bound();
    private readonly byte[] _pinned = GC.AllocateArray<byte>(1 << 20, pinned: true);
    private int _used;

    public SendBatchTests()
    {
        _receiver.ReceiveTimeout = 5000;
        _receiver.ReceiveBufferSize = 1 << 20;
        _sender.Connect(_receiver.LocalEndPoint!);
    }

    /// <summary>Sizes of datagrams in order, and how many messages they should become.</summary>
    public static TheoryData<string, int[], int> Runs() => new()
    {
        { "equal sizes are one message", [1200, 1200, 1200], 1 },
        { "a shorter one ends a run", [1200, 1200, 7], 1 },
        { "nothing follows a shorter one", [1200, 7, 1200], 2 },
        { "nothing follows a shorter one, not even a shorter one still", [1200, 7, 7], 2 },
        { "a longer one begins another run", [100, 200], 2 },
        { "a datagram of no length stands alone", [0, 0, 5, 0], 4 },
        { "what takes more than a frame is not joined", [1473, 1473], 2 },
        { "a run has at most 64 datagrams", [.. Enumerable.Repeat(10, 65)], 2 },
        { "a run has at most 65,000 bytes", [.. Enumerable.Repeat(1472, 45)], 2 },
    };

    [LinuxTheory]
    [MemberData(nameof(Runs))]
    public void Send_DatagramsOfOneFlow_ComeOutAsTheyWere(string sentence, int[] sizes, int expectedMessages)
    {
        var batch = new SendBatch(100);
        byte[][] payloads = [.. sizes.Select((size, i) => Enumerable.Repeat((byte)i, size).ToArray())];
        foreach (byte[] payload in payloads)
        {
            Join(batch, payload, 0);
        }

        IoResult sent = batch.Send((int)_sender.Handle, 0);

        Assert.Equal((sentence, expectedMessages), (sentence, sent.Value));
        Assert.All(payloads, payload => Assert.Equal(payload, Receive()));
        Assert.Equal(0, _receiver.Available);
    }

    [LinuxFact]
    public void Send_RunThatTheKernelHadJoined_IsCutWhereItWas()
    {
        var batch = new SendBatch(4);
        Join(batch, [.. Enumerable.Range(0, 2500).Select(i => (byte)i)], 1000);
        Join(batch, [1, 2, 3], 0);

        IoResult sent = batch.Send((int)_sender.Handle, 0);

        Assert.Equal(2, sent.Value);
        Assert.Equal([1000, 1000, 500, 3], Enumerable.Range(0, 4).Select(_ => Receive().Length));
    }

    [LinuxFact]
    public void SendApart_RunOfSeveralPayloads_SendsEveryDatagram()
    {
        var batch = new SendBatch(4);
        Join(batch, new byte[2000], 1000);
        Join(batch, new byte[1000], 0);
        Join(batch, new byte[10], 0);
        Assert.Equal(1, batch.Count);

        (int sent, int bytes, IoResult failure) = batch.SendApart((int)_sender.Handle, 0);

        Assert.Equal((4, 3010, false), (sent, bytes, failure.Failed));
        Assert.Equal([1000, 1000, 1000, 10], Enumerable.Range(0, 4).Select(_ => Receive().Length));
    }

    [LinuxFact]
    public void Send_LocalAddressGiven_LeavesFromThatAddress()
    {
        using var wildcard = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        wildcard.Bind(new IPEndPoint(IPAddress.Any, 0));
        var batch = new SendBatch(1);
        var local = new LocalAddress(LbEngine.Tables.AddressKey.FromIPv4(0x7F00_0009), 0);
        batch.Add(Pin([1]), 0, SocketAddressBytes.From((IPEndPoint)_receiver.LocalEndPoint!), local);

        batch.Send((int)wildcard.Handle, 0);

        EndPoint from = new IPEndPoint(IPAddress.Any, 0);
        _receiver.ReceiveFrom(new byte[10], ref from);
        Assert.Equal(IPAddress.Parse("127.0.0.9"), ((IPEndPoint)from).Address);
    }

    public void Dispose()
    {
        _sender.Dispose();
        _receiver.Dispose();
    }

    private static Socket Bound()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private void Join(SendBatch batch, byte[] payload, int segmentSize)
    {
        ReadOnlySpan<byte> pinned = Pin(payload);
        if (batch.Count == 0 || !batch.TryExtend(pinned, segmentSize))
        {
            batch.Add(pinned, segmentSize, default, default);
        }
    }

    private ReadOnlySpan<byte> Pin(byte[] payload)
    {
        Span<byte> room = _pinned.AsSpan(_used, payload.Length);
        payload.CopyTo(room);
        _used += payload.Length;
        return room;
    }

    private byte[] Receive()
    {
        byte[] buffer = new byte[70_000];
        return buffer[.._receiver.Receive(buffer)];
    }
}
