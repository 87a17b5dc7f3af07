// SPDX-License-Identifier: MIT
using System.Net.Sockets;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Harness.Streams;

namespace LbEngine.Tests.EndToEnd.Behaviour;

/// <summary>Bytes under way.</summary>
internal static class FlowScenarios
{
    private const int FiveMegabytes = 5 * 1024 * 1024;

    public static async Task<Outcome> BackendSpeaksFirstAsync(Stage stage, BalancerKind kind)
    {
        (Peer client, Peer server) = await OpenAsync(stage, kind);
        await server.SendAsync(20);
        await client.ReceiveAsync(20);
        await client.SendAsync(30);
        await server.ReceiveAsync(30);

        return await EndBothAsync(client, server);
    }

    public static async Task<Outcome> OneBytePingPongAsync(Stage stage, BalancerKind kind)
    {
        (Peer client, Peer server) = await OpenAsync(stage, kind);
        for (int i = 0; i < 200; i++)
        {
            await client.SendAsync(1);
            await server.ReceiveAsync(1);
            await server.SendAsync(1);
            await client.ReceiveAsync(1);
        }

        return await EndBothAsync(client, server);
    }

    public static async Task<Outcome> BulkBothWaysAtOnceAsync(Stage stage, BalancerKind kind)
    {
        (Peer client, Peer server) = await OpenAsync(stage, kind);

        await Task.WhenAll(
            client.SendAsync(FiveMegabytes),
            server.SendAsync(FiveMegabytes),
            client.ReceiveAsync(FiveMegabytes),
            server.ReceiveAsync(FiveMegabytes));

        return await EndBothAsync(client, server);
    }

    public static async Task<Outcome> SlowReaderAsync(Stage stage, BalancerKind kind)
    {
        ScriptedBackend backend = stage.AddBackend();
        IBalancer balancer = await stage.StartAsync(kind, BalancerSettings.For(backend.EndPoint));
        Peer client = await stage.ConnectAsync(balancer, receiveBufferSize: 4096);
        Peer server = await stage.AcceptAsync(backend);
        server.Socket.SendBufferSize = 16 * 1024;

        // Nobody reads, so the backend comes to a stop; then the client takes everything in odd pieces.
        long sent = server.SendUntilBlocked(256L * 1024 * 1024, TimeSpan.FromMilliseconds(300));
        await client.ReceiveAsync(sent, pieceSize: 7001);
        Outcome ends = await EndBothAsync(client, server);

        return new Outcome(ends.Client.Replace($"{sent} B", "all", StringComparison.Ordinal), ends.Backend);
    }

    public static async Task<Outcome> UrgentByteAsync(Stage stage, BalancerKind kind)
    {
        (Peer client, Peer server) = await OpenAsync(stage, kind);
        await client.SendAsync(1000);
        await server.ReceiveAsync(1000);

        // The urgent byte is no part of the pattern, so an urgent byte among the ordinary ones shows as a wrong byte.
        client.Socket.Send([0xAA], SocketFlags.OutOfBand);
        await client.SendAsync(100_000);
        await server.ReceiveAsync(100_000);

        return await EndBothAsync(client, server);
    }

    public static async Task<Outcome> ManyTinyPiecesAsync(Stage stage, BalancerKind kind)
    {
        (Peer client, Peer server) = await OpenAsync(stage, kind);
        Task received = server.ReceiveAsync(3000);
        await client.SendAsync(3000, pieceSize: 3);
        await received;

        return await EndBothAsync(client, server);
    }

    public static async Task<Outcome> RequestsOfManySizesAsync(Stage stage, BalancerKind kind)
    {
        (Peer client, Peer server) = await OpenAsync(stage, kind);
        foreach (int size in new[] { 1, 100, 1448, 4096, 16_383, 65_536, 65_537, 300_000, 1, 1_000_000, 2 })
        {
            await Task.WhenAll(client.SendAsync(size), server.ReceiveAsync(size));
            await Task.WhenAll(server.SendAsync(size), client.ReceiveAsync(size));
        }

        return await EndBothAsync(client, server);
    }

    private static async Task<Outcome> EndBothAsync(Peer client, Peer server)
    {
        client.HalfClose();
        Observation backendSaw = await server.ReceiveToEndAsync();
        server.HalfClose();
        Observation clientSaw = await client.ReceiveToEndAsync();
        return new Outcome(clientSaw.ToString(), backendSaw.ToString());
    }

    private static async Task<(Peer Client, Peer Server)> OpenAsync(Stage stage, BalancerKind kind)
    {
        ScriptedBackend backend = stage.AddBackend();
        IBalancer balancer = await stage.StartAsync(kind, BalancerSettings.For(backend.EndPoint));
        return await stage.OpenPairAsync(balancer, backend);
    }
}
