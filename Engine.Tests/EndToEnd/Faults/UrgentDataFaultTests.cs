// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Harness.Streams;

namespace LbEngine.Tests.EndToEnd.Faults;

/// <summary>A byte of urgent data in the middle of a stream: everything around it arrives. The byte itself is lost, as with HAProxy and nginx.</summary>
public sealed class UrgentDataFaultTests : EndToEndTest
{
    private const int Bulk = 4 * 1024 * 1024;

    /// <summary>Sizes that are copied, that are spliced, and that end at the mark.</summary>
    public static TheoryData<TransportKind, (int Before, int After)> Sizes { get; } =
        Transports.BothWith((Bulk, Bulk), (Bulk, 1), (1, Bulk), (100, 100), (0, 100), (Bulk, 0), (100, 0));

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task ClientSendsUrgentByte_FinBehindIt_EverythingAroundItArrives(TransportKind transport, (int Before, int After) sizes)
    {
        (EngineBalancer balancer, Peer client, Peer server) = await EnginePair.OpenAsync(Stage, transport);

        Observation backendSaw = await SendAroundMarkAsync(client, server, sizes, ends: true);
        server.HalfClose();

        Assert.Equal(new Observation(sizes.Before + sizes.After, null, PeerEnd.Fin), backendSaw);
        await balancer.WaitForOnlyCloseAsync(CloseReason.Completed);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task BackendSendsUrgentByte_FinBehindIt_EverythingAroundItArrives(TransportKind transport, (int Before, int After) sizes)
    {
        (EngineBalancer balancer, Peer client, Peer server) = await EnginePair.OpenAsync(Stage, transport);

        Observation clientSaw = await SendAroundMarkAsync(server, client, sizes, ends: true);
        client.HalfClose();

        Assert.Equal(new Observation(sizes.Before + sizes.After, null, PeerEnd.Fin), clientSaw);
        await balancer.WaitForOnlyCloseAsync(CloseReason.Completed);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task ClientSendsUrgentByte_StreamStaysOpen_EverythingAroundItArrives(TransportKind transport, (int Before, int After) sizes)
    {
        (EngineBalancer balancer, Peer client, Peer server) = await EnginePair.OpenAsync(Stage, transport);

        await SendAroundMarkAsync(client, server, sizes, ends: false);
        await client.SendAsync(1000);
        await server.ReceiveAsync(1000);
        client.HalfClose();
        server.HalfClose();

        await balancer.WaitForOnlyCloseAsync(CloseReason.Completed);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task BackendSendsUrgentByte_StreamStaysOpen_EverythingAroundItArrives(TransportKind transport, (int Before, int After) sizes)
    {
        (EngineBalancer balancer, Peer client, Peer server) = await EnginePair.OpenAsync(Stage, transport);

        await SendAroundMarkAsync(server, client, sizes, ends: false);
        await server.SendAsync(1000);
        await client.ReceiveAsync(1000);
        client.HalfClose();
        server.HalfClose();

        await balancer.WaitForOnlyCloseAsync(CloseReason.Completed);
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task ManyUrgentBytes_EachReadBeforeTheNext_NothingElseIsLost(TransportKind transport)
    {
        (EngineBalancer balancer, Peer client, Peer server) = await EnginePair.OpenAsync(Stage, transport);

        for (int round = 0; round < 10; round++)
        {
            await SendAroundMarkAsync(client, server, (400_000, 200_000), ends: false);
        }

        client.HalfClose();
        server.HalfClose();
        Assert.Equal(new Observation(6_000_000, null, PeerEnd.Fin), await server.ReceiveToEndAsync());
        await balancer.WaitForOnlyCloseAsync(CloseReason.Completed);
    }

    private static async Task<Observation> SendAroundMarkAsync(Peer sender, Peer receiver, (int Before, int After) sizes, bool ends)
    {
        Task received = ends ? receiver.ReceiveToEndAsync() : receiver.ReceiveAsync(sizes.Before + sizes.After);
        await sender.SendAsync(sizes.Before);
        sender.SendUrgent();
        await sender.SendAsync(sizes.After);
        if (ends)
        {
            sender.HalfClose();
        }

        await received;
        return receiver.Seen;
    }
}
