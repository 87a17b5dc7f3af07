// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Configuration;
using LbEngine.Inspection.ProxyProtocol;
using LbEngine.Lifecycle;
using LbEngine.Tables;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Harness.Streams;
using LbEngine.Tests.Transport.Linux;

namespace LbEngine.Tests.EndToEnd.Life;

/// <summary>A pool that tells its backends whose connection they get, over real sockets.</summary>
public sealed class SendProxyTests : EndToEndTest
{
    [Theory]
    [MemberData(nameof(Versions))]
    public async Task SendProxy_ServerSpeaksFirst_HasItsHeaderWithoutAByteOfTheClient(TransportKind transport, ProxyVersion version)
    {
        (EngineBalancer balancer, ScriptedBackend backend) = await StartAsync(transport, version);
        Peer client = await Stage.ConnectAsync(balancer);
        Peer server = await Stage.AcceptAsync(backend);

        await AssertHeaderAsync(server, client, balancer);
        await server.SendAsync(1000);
        await client.ReceiveAsync(1000);
        server.HalfClose();
        client.HalfClose();

        await balancer.WaitForOnlyCloseAsync(CloseReason.Completed);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task SendProxy_LongStreamsBothWays_ArriveWholeBehindIt(TransportKind transport, ProxyVersion version)
    {
        const int Length = 4 * 1024 * 1024;
        (EngineBalancer balancer, ScriptedBackend backend) = await StartAsync(transport, version);
        Peer client = await Stage.ConnectAsync(balancer);
        Task sending = client.SendAsync(Length);
        Peer server = await Stage.AcceptAsync(backend);
        await AssertHeaderAsync(server, client, balancer);
        await Task.WhenAll(server.SendAsync(Length), server.ReceiveAsync(Length), client.ReceiveAsync(Length), sending);
        client.HalfClose();
        server.HalfClose();

        Assert.Equal(PeerEnd.Fin, (await client.ReceiveToEndAsync()).End);
        await balancer.WaitForOnlyCloseAsync(CloseReason.Completed);
        Assert.Equal((Length, Length), (balancer.Status.Listeners[0].Traffic.BytesToBackend, balancer.Status.Listeners[0].Traffic.BytesToClient));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task SendProxy_ClientEndsAtOnce_BackendHasHeaderBytesAndEnd(TransportKind transport, ProxyVersion version)
    {
        (EngineBalancer balancer, ScriptedBackend backend) = await StartAsync(transport, version);
        Peer client = await Stage.ConnectAsync(balancer);
        await client.SendAsync(10);
        client.HalfClose();
        Peer server = await Stage.AcceptAsync(backend);

        await AssertHeaderAsync(server, client, balancer);
        Assert.Equal(new Observation(10, null, PeerEnd.Fin), await server.ReceiveToEndAsync());
        server.HalfClose();

        await balancer.WaitForOnlyCloseAsync(CloseReason.Completed);
    }

    [LinuxFact]
    public async Task SendProxy_BytesOfTheClientAreHere_ComeInOneSegmentWithIt()
    {
        // Until the handshake is done the client has long sent what it wants.
        ScriptedBackend backend = Stage.AddBackend(backlog: 0);
        await backend.FillBacklogAsync();
        EngineBalancer balancer = await Stage.StartEngineAsync(TransportKind.Linux, BalancerSettings.For(backend.EndPoint) with { SendProxy = ProxyVersion.V2 });
        Peer client = await Stage.ConnectAsync(balancer);
        await client.SendAsync(100);
        await backend.ReleaseBacklogAsync();
        Peer server = await Stage.AcceptAsync(backend);

        await AssertHeaderAsync(server, client, balancer);
        await server.ReceiveAsync(100);

        Assert.Equal(1, CountDataSegments(server.Socket));
    }

    public static TheoryData<TransportKind, ProxyVersion> Versions() => Transports.BothWith(ProxyVersion.V1, ProxyVersion.V2);

    private async Task<(EngineBalancer Balancer, ScriptedBackend Backend)> StartAsync(TransportKind transport, ProxyVersion version)
    {
        ScriptedBackend backend = Stage.AddBackend();
        BalancerSettings settings = BalancerSettings.For(backend.EndPoint) with { SendProxy = version };
        return (await Stage.StartEngineAsync(transport, settings), backend);
    }

    /// <summary>Segments with data that came in: tcpi_data_segs_in of TCP_INFO (linux/tcp.h).</summary>
    private static int CountDataSegments(Socket socket)
    {
        const int Tcp = 6;
        const int Info = 11;
        const int At = 152;
        Span<byte> info = stackalloc byte[At + sizeof(int)];
        Assert.Equal(info.Length, socket.GetRawSocketOption(Tcp, Info, info));
        return BitConverter.ToInt32(info[At..]);
    }

    /// <summary>Takes byte by byte, so that nothing of the stream behind it is taken.</summary>
    private static async Task AssertHeaderAsync(Peer server, Peer client, EngineBalancer balancer)
    {
        var bytes = new byte[ProxyHeaderReader.MostBytes];
        int count = 0;
        ProxyReading reading = ProxyReading.NeedsMore;
        ProxyHeader header = default;
        while (reading == ProxyReading.NeedsMore)
        {
            int received = await Waiting.ForAsync(
                token => server.Socket.ReceiveAsync(bytes.AsMemory(count, 1), SocketFlags.None, token), "the header to arrive");
            Assert.Equal(1, received);
            count += received;
            reading = ProxyHeaderReader.Read(bytes.AsSpan(0, count), out header);
        }

        Assert.Equal(
            (ProxyReading.Whole, EndPointKey.From((IPEndPoint)client.Socket.LocalEndPoint!), EndPointKey.From(balancer.EndPoint)),
            (reading, header.Source, header.Destination));
    }
}
