// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Configuration;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Transport.Linux;

namespace LbEngine.Tests.EndToEnd.Datagrams;

/// <summary>
/// Peers that hand the kernel whole runs of datagrams (UDP_SEGMENT, as QUIC programs do): the engine gets them joined and must pass on each by
/// itself.
/// </summary>
public sealed class SegmentationTests : EndToEndTest
{
    private const int Udp = 17;
    private const int UdpSegment = 103;
    private const int SegmentSize = 1000;
    private const int RunLength = (10 * SegmentSize) + 7;
    private const int Runs = 20;
    private const int LimitMilliseconds = 10_000;

    [LinuxTheory]
    [InlineData(1)]
    [InlineData(Runs)]
    public async Task Runs_BothWays_ArriveAsTheDatagramsThatTheyWere(int runs)
    {
        using Socket backend = Open();
        EngineBalancer balancer = await Stage.StartEngineAsync(TransportKind.Linux, BalancerSettings.ForDatagrams((IPEndPoint)backend.LocalEndPoint!));
        using Socket client = Open();
        client.Connect(balancer.EndPoint);
        Cut(client);
        Cut(backend);
        byte[] run = [.. Enumerable.Range(0, RunLength).Select(i => (byte)(i / SegmentSize))];

        for (int i = 0; i < runs; i++)
        {
            client.Send(run);
            (int[] toBackend, EndPoint flow) = ReceiveRun(backend);
            backend.SendTo(run, flow);
            (int[] toClient, _) = ReceiveRun(client);

            Assert.Equal([.. Enumerable.Repeat(SegmentSize, 10), 7], toBackend);
            Assert.Equal([.. Enumerable.Repeat(SegmentSize, 10), 7], toClient);
        }

        Assert.Empty(balancer.Status.Dropped);
        Assert.Equal((11L * runs, 11L * runs), (balancer.Status.Listeners[0].Datagrams!.ToBackends, balancer.Status.Listeners[0].Datagrams!.ToClients));
    }

    private static Socket Open()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = LimitMilliseconds };
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private static void Cut(Socket socket) => socket.SetRawSocketOption(Udp, UdpSegment, BitConverter.GetBytes(SegmentSize));

    /// <summary>Sizes of eleven datagrams; each must hold what its place in the run says.</summary>
    private static (int[] Sizes, EndPoint From) ReceiveRun(Socket socket)
    {
        byte[] buffer = new byte[RunLength];
        var sizes = new int[11];
        EndPoint from = new IPEndPoint(IPAddress.Any, 0);
        for (int i = 0; i < sizes.Length; i++)
        {
            sizes[i] = socket.ReceiveFrom(buffer, ref from);
            Assert.All(buffer.AsSpan(0, sizes[i]).ToArray(), value => Assert.Equal(i, value));
        }

        return (sizes, from);
    }
}
