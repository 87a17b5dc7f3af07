// SPDX-License-Identifier: MIT
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Harness.Streams;

namespace LbEngine.Tests.EndToEnd.Behaviour;

/// <summary>One side drops everything.</summary>
internal static class ResetScenarios
{
    public static async Task<Outcome> ClientResetsMidStreamAsync(Stage stage, BalancerKind kind)
    {
        (Peer client, Peer server) = await OpenAsync(stage, kind);
        await client.SendAsync(1000);
        await server.ReceiveAsync(1000);
        client.Reset();

        return new Outcome("reset", (await server.ReceiveToEndAsync()).ToString());
    }

    public static async Task<Outcome> BackendResetsMidStreamAsync(Stage stage, BalancerKind kind)
    {
        (Peer client, Peer server) = await OpenAsync(stage, kind);
        await server.SendAsync(100_000);
        await client.ReceiveAsync(100_000);
        server.Reset();

        return new Outcome((await client.ReceiveToEndAsync()).ToString(), "reset");
    }

    public static async Task<Outcome> ClientResetsBeforeAnyByteAsync(Stage stage, BalancerKind kind)
    {
        (Peer client, Peer server) = await OpenAsync(stage, kind);
        client.Reset();

        return new Outcome("reset", (await server.ReceiveToEndAsync()).ToString());
    }

    public static async Task<Outcome> BackendResetsBeforeAnyByteAsync(Stage stage, BalancerKind kind)
    {
        (Peer client, Peer server) = await OpenAsync(stage, kind);
        server.Reset();

        return new Outcome((await client.ReceiveToEndAsync()).ToString(), "reset");
    }

    public static async Task<Outcome> ClientResetsAfterItsEndAsync(Stage stage, BalancerKind kind)
    {
        (Peer client, Peer server) = await OpenAsync(stage, kind);
        await client.SendAsync(1000);
        client.HalfClose();
        await server.ReceiveToEndAsync();
        client.Reset();

        // The backend has read its end already; that the connection is gone shows when it keeps sending.
        return new Outcome("reset", await DescribeSendingAsync(server));
    }

    public static async Task<Outcome> ClientClosesWhileTheBackendSendsAsync(Stage stage, BalancerKind kind)
    {
        (Peer client, Peer server) = await OpenAsync(stage, kind);
        await server.SendAsync(1000);
        await client.ReceiveAsync(1000);
        client.Dispose();

        return new Outcome("closed", await DescribeSendingAsync(server));
    }

    public static async Task<Outcome> BackendClosesWithUnreadBytesAsync(Stage stage, BalancerKind kind)
    {
        (Peer client, Peer server) = await OpenAsync(stage, kind);
        await client.SendAsync(1000);
        await server.ReceiveAsync(1);
        await Waiting.UntilAsync(() => server.Socket.Available == 999, "the rest of the request has reached the backend");
        server.Dispose();

        return new Outcome((await client.ReceiveToEndAsync()).ToString(), "closed");
    }

    /// <summary>Sends until the connection breaks; a backend that nobody stops is a wrong outcome.</summary>
    private static async Task<string> DescribeSendingAsync(Peer peer)
    {
        try
        {
            await peer.SendAsync(512L * 1024 * 1024);
            return "sent without end";
        }
        catch (System.Net.Sockets.SocketException)
        {
            return "broken while sending";
        }
    }

    private static async Task<(Peer Client, Peer Server)> OpenAsync(Stage stage, BalancerKind kind)
    {
        ScriptedBackend backend = stage.AddBackend();
        IBalancer balancer = await stage.StartAsync(kind, BalancerSettings.For(backend.EndPoint));
        return await stage.OpenPairAsync(balancer, backend);
    }
}
