// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Configuration;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Processes;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Harness.Streams;

namespace LbEngine.Tests.EndToEnd.Faults;

/// <summary>More clients that never read than there is memory for all that they do not take.</summary>
public sealed class MemoryFaultTests : EndToEndTest
{
    // What a process in a memory group of 64 MB gets by itself: the runtime takes three quarters of the limit.
    private const int HeapMegabytes = 48;
    private const int Clients = 900;
    private const int SmallBuffer = 4096;
    private const int TcpLevel = 6;
    private const int TcpMaxSegment = 2;

    public static TheoryData<TransportKind, int> Fitting { get; } = Transports.Each(6144, 1536);

    [Theory]
    [MemberData(nameof(Fitting))]
    public async Task ClientsNeverRead_MemoryIsShort_TheProcessLivesAndServesOthers(TransportKind transport, int capacity)
    {
        ScriptedBackend backend = Stage.AddBackend(backlog: Clients);
        EngineProcess engine = await Stage.StartEngineProcessAsync(
            transport, BalancerSettings.For(backend.EndPoint) with { Reactors = 2 }, "/usr/bin/env", $"DOTNET_GCHeapHardLimit=0x{HeapMegabytes * 1024 * 1024:x}");
        var blocked = new List<Peer>();
        for (int pair = 0; pair < Clients; pair++)
        {
            await ConnectAsync(engine.EndPoint, pair);
            Peer server = await Stage.AcceptAsync(backend, pair);
            server.Socket.SendBufferSize = SmallBuffer;
            blocked.Add(server);
        }

        foreach (Peer server in blocked)
        {
            SendUntilBlocked(server.Socket);
        }

        EngineReport report = await engine.ReportAsync();
        (Peer other, Peer served) = await Stage.OpenPairAsync(engine, backend, Clients);
        await other.SendAsync(100_000);
        await served.ReceiveAsync(100_000);
        await served.SendAsync(100_000);
        await other.ReceiveAsync(100_000);

        Assert.InRange(report.Capacity, Clients + 1, capacity);
        Assert.Equal(Clients, report.Active);
    }

    /// <summary>A client that takes little: in segments of a network, since the kernel keeps ten of them at least, and over loopback they have 64 KiB.</summary>
    private async Task ConnectAsync(IPEndPoint target, int pair)
    {
        var socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = SmallBuffer };
        Stage.Own(new Peer(socket, $"client {pair}", 1, 2));
        if (OperatingSystem.IsLinux())
        {
            socket.SetRawSocketOption(TcpLevel, TcpMaxSegment, BitConverter.GetBytes(1400));
        }

        await socket.ConnectAsync(target);
    }

    /// <summary>Sends as much as the kernels on the way take, and the balancer with them.</summary>
    private static void SendUntilBlocked(Socket socket)
    {
        var piece = new byte[64 * 1024];
        socket.Blocking = false;
        while (socket.Poll(TimeSpan.FromMilliseconds(2), SelectMode.SelectWrite))
        {
            socket.Send(piece, SocketFlags.None, out SocketError error);
            if (error is not (SocketError.Success or SocketError.WouldBlock))
            {
                throw new SocketException((int)error);
            }
        }
    }
}
