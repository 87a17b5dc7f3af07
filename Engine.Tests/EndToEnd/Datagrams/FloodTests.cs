// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Datagrams;
using LbEngine.Tests.Harness.Stages;

namespace LbEngine.Tests.EndToEnd.Datagrams;

/// <summary>One datagram each from a hundred thousand addresses, as forged ones come.</summary>
public sealed class FloodTests : EndToEndTest
{
    private const int Sources = 100_000;
    private const int Capacity = 2000;
    private const int Friends = 200;

    /// <summary>Flows of this number and above belong to the flood; nobody answers them.</summary>
    private const int FirstForged = 1_000_000;

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Flood_OfSourcesThatNobodyAnswers_LeavesAnsweredFlowsAlive(TransportKind transport)
    {
        DatagramEcho backend = Stage.AddDatagramEcho(answers: flow => flow < FirstForged);
        EngineBalancer balancer = await Stage.StartEngineAsync(
            transport,
            BalancerSettings.ForDatagrams(backend.EndPoint) with { MaxConnections = Capacity });
        DatagramClient[] friends = [.. Enumerable.Range(0, Friends).Select(i => Stage.AddClient(balancer, i))];
        foreach (DatagramClient friend in friends)
        {
            await friend.EchoAsync();
        }

        HashSet<IPEndPoint> before = [.. backend.Received.Keys];
        for (int wave = 0; wave < 10; wave++)
        {
            Forge(balancer.EndPoint, wave * Sources / 10, Sources / 10);
            Assert.InRange(balancer.Status.ActiveConnections, Friends, Capacity);
            foreach (DatagramClient friend in friends.Skip(wave * Friends / 10).Take(Friends / 10))
            {
                await friend.EchoAsync(wave + 1);
            }
        }

        // Everything was either let in or dropped by the kernel at the listener, and everything let in has a known end.
        await Waiting.UntilAsync(
            () => balancer.Status.Listeners[0].AcceptedConnections + balancer.Dropped(DropReason.ReceiveQueueFull) >= Sources + Friends,
            "every datagram of the flood is counted",
            null,
            () => balancer.DescribeAsync().Result);
        long accepted = balancer.Status.Listeners[0].AcceptedConnections;
        await Waiting.UntilAsync(
            () => balancer.Status.Closed.Values.Sum() + balancer.Status.Rejected.Values.Sum() + balancer.Status.ActiveConnections == accepted,
            "every flow is counted",
            null,
            () => balancer.DescribeAsync().Result);
        Assert.InRange(balancer.Closed(CloseReason.Evicted), 1, Sources);
        Assert.Equal(0, balancer.Closed(CloseReason.IdleTimeout));

        // A friend's flow that lives on comes from the same port as before.
        int survivors = 0;
        foreach (DatagramClient friend in friends)
        {
            await friend.EchoAsync(100);
        }

        Dictionary<IPEndPoint, int> now = backend.Received;
        survivors = before.Count(flow => now[flow] >= 3);
        Assert.InRange(survivors, Friends * 99 / 100, Friends);
    }

    /// <summary>Any address of 127.0.0.0/8 may be bound; the socket goes at once, and with it whoever could answer.</summary>
    private static void Forge(IPEndPoint target, int first, int count)
    {
        var payload = new byte[100];
        for (int i = first; i < first + count; i++)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(new IPAddress([127, (byte)(1 + (i >> 16)), (byte)(i >> 8), (byte)i]), 0));
            Datagram.Write(payload, FirstForged + i, 0);
            socket.SendTo(payload, target);
        }
    }
}
