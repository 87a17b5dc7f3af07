// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Configuration;
using LbEngine.Tests.Harness;
using LbEngine.Transport.Linux;
using LbEngine.Transport.Linux.Interop;
using LbEngine.Transport.Sockets;

namespace LbEngine.Tests.Transport.Linux;

/// <summary>What both transports do to a listening socket that goes.</summary>
public sealed class BoundSocketTests
{
    public static TheoryData<TransportKind, string> Cases =>
        new() { { TransportKind.Linux, "127.0.0.1" }, { TransportKind.Linux, "::1" }, { TransportKind.Sockets, "127.0.0.1" }, { TransportKind.Sockets, "::1" } };

    [LinuxTheory]
    [MemberData(nameof(Cases))]
    public async Task Hide_OneWaitsOneIsUnderWayAndOneComes_TheFirstTwoAreServedAndTheThirdMeetsTheOther(TransportKind transport, string address)
    {
        using Socket old = Listen(new IPEndPoint(IPAddress.Parse(address), 0));
        var bind = (IPEndPoint)old.LocalEndPoint!;
        using Socket wider = Listen(new IPEndPoint(address == "::1" ? IPAddress.IPv6Any : IPAddress.Any, bind.Port));
        using Socket waiting = New(bind);
        using Socket underWay = New(bind);
        using Socket late = New(bind);
        await waiting.ConnectAsync(bind);

        // The last acknowledgement of this one leaves with its first data.
        underWay.SetRawSocketOption(SocketOption.IPPROTO_TCP, SocketOption.TCP_QUICKACK, BitConverter.GetBytes(0));
        await underWay.ConnectAsync(bind);
        Hide(transport, old);
        await Waiting.ForAllAsync("the late one connects", Waiting.DefaultLimit, late.ConnectAsync(bind));
        await underWay.SendAsync("hello"u8.ToArray());

        using Socket first = await Waiting.ForAsync(old.AcceptAsync, "the client that waited");
        using Socket second = await Waiting.ForAsync(old.AcceptAsync, "the client whose handshake was under way");
        using Socket third = await Waiting.ForAsync(wider.AcceptAsync, "the client that came late");
        var buffer = new byte[16];
        Assert.Equal(5, await Waiting.ForAsync(stop => second.ReceiveAsync(buffer, SocketFlags.None, stop), "what it sends"));
        await second.SendAsync("welcome"u8.ToArray());
        Assert.Equal(7, await Waiting.ForAsync(stop => underWay.ReceiveAsync(buffer, SocketFlags.None, stop), "its answer"));
        Assert.Equal(waiting.LocalEndPoint, first.RemoteEndPoint);
        Assert.Equal(underWay.LocalEndPoint, second.RemoteEndPoint);
        Assert.Equal(late.LocalEndPoint, third.RemoteEndPoint);
    }

    [LinuxTheory]
    [MemberData(nameof(Cases))]
    public async Task Hide_NobodyElseHasTheAddress_NewcomersAreRefused(TransportKind transport, string address)
    {
        using Socket only = Listen(new IPEndPoint(IPAddress.Parse(address), 0));
        using Socket late = New((IPEndPoint)only.LocalEndPoint!);

        Hide(transport, only);

        SocketException refused = await Assert.ThrowsAsync<SocketException>(() => late.ConnectAsync(only.LocalEndPoint!));
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
    }

    private static void Hide(TransportKind transport, Socket socket)
    {
        if (transport == TransportKind.Linux)
        {
            Assert.False(BoundSocket.Hide((int)socket.Handle).Failed);
        }
        else
        {
            LinuxOptions.Hide(socket);
        }
    }

    private static Socket Listen(IPEndPoint bind)
    {
        Socket socket = New(bind);
        if (bind.AddressFamily == AddressFamily.InterNetworkV6)
        {
            socket.DualMode = false;
        }

        LinuxOptions.SharePort(socket);
        socket.Bind(bind);
        socket.Listen();
        return socket;
    }

    private static Socket New(IPEndPoint peer) => new(peer.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
}
