// SPDX-License-Identifier: MIT
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Harness.Streams;

namespace LbEngine.Tests.EndToEnd.Behaviour;

/// <summary>One side has said all it has to say; the other has not.</summary>
internal static class HalfCloseScenarios
{
    private const int Bulk = 10 * 1024 * 1024;

    public static async Task<Outcome> ClientEndsThenBackendSendsBulkAsync(Stage stage, BalancerKind kind)
    {
        (Peer client, Peer server) = await OpenAsync(stage, kind);
        await client.SendAsync(100);
        client.HalfClose();
        Observation backendSaw = await server.ReceiveToEndAsync();

        Task<Observation> clientSaw = client.ReceiveToEndAsync();
        await server.SendAsync(Bulk);
        server.HalfClose();

        return new Outcome((await clientSaw).ToString(), backendSaw.ToString());
    }

    public static async Task<Outcome> BackendEndsThenClientSendsBulkAsync(Stage stage, BalancerKind kind)
    {
        (Peer client, Peer server) = await OpenAsync(stage, kind);
        await server.SendAsync(100);
        server.HalfClose();
        Observation clientSaw = await client.ReceiveToEndAsync();

        Task<Observation> backendSaw = server.ReceiveToEndAsync();
        await client.SendAsync(Bulk);
        client.HalfClose();

        return new Outcome(clientSaw.ToString(), (await backendSaw).ToString());
    }

    public static async Task<Outcome> BothEndAtOnceAsync(Stage stage, BalancerKind kind)
    {
        (Peer client, Peer server) = await OpenAsync(stage, kind);
        using var barrier = new Barrier(2);

        async Task SendAndEndAsync(Peer peer)
        {
            await peer.SendAsync(1000);
            await Task.Run(() => barrier.SignalAndWait(Waiting.DefaultLimit));
            peer.HalfClose();
        }

        await Task.WhenAll(SendAndEndAsync(client), SendAndEndAsync(server));

        return await ObserveAsync(client, server);
    }

    public static async Task<Outcome> EndTogetherWithLastDataAsync(Stage stage, BalancerKind kind)
    {
        (Peer client, Peer server) = await OpenAsync(stage, kind);
        await client.SendAsync(100_000);
        client.HalfClose();
        Observation backendSaw = await server.ReceiveToEndAsync();
        await server.SendAsync(100_000);
        server.HalfClose();

        return new Outcome((await client.ReceiveToEndAsync()).ToString(), backendSaw.ToString());
    }

    public static async Task<Outcome> DataAndEndBeforeTheBackendIsConnectedAsync(Stage stage, BalancerKind kind)
    {
        ScriptedBackend backend = stage.AddBackend(backlog: 0);
        IBalancer balancer = await stage.StartAsync(kind, BalancerSettings.For(backend.EndPoint));
        await backend.FillBacklogAsync();
        Peer client = await stage.ConnectAsync(balancer);
        await client.SendAsync(5000);
        client.HalfClose();

        await backend.ReleaseBacklogAsync();
        Peer server = await stage.AcceptAsync(backend);
        Observation backendSaw = await server.ReceiveToEndAsync();
        await server.SendAsync(3000);
        server.HalfClose();

        return new Outcome((await client.ReceiveToEndAsync()).ToString(), backendSaw.ToString());
    }

    public static async Task<Outcome> ClientEndsWithoutAWordAsync(Stage stage, BalancerKind kind)
    {
        (Peer client, Peer server) = await OpenAsync(stage, kind);
        client.HalfClose();
        Observation backendSaw = await server.ReceiveToEndAsync();
        server.HalfClose();

        return new Outcome((await client.ReceiveToEndAsync()).ToString(), backendSaw.ToString());
    }

    public static async Task<Outcome> BackendEndsWithoutAWordAsync(Stage stage, BalancerKind kind)
    {
        (Peer client, Peer server) = await OpenAsync(stage, kind);
        server.Dispose();

        return new Outcome((await client.ReceiveToEndAsync()).ToString(), "closed");
    }

    public static async Task<Outcome> TwoClosesAsync(Stage stage, BalancerKind kind)
    {
        (Peer client, Peer server) = await OpenAsync(stage, kind);
        client.Dispose();
        Observation backendSaw = await server.ReceiveToEndAsync();
        server.Dispose();

        return new Outcome("closed", backendSaw.ToString());
    }

    private static async Task<Outcome> ObserveAsync(Peer client, Peer server)
    {
        Observation[] seen = await Task.WhenAll(client.ReceiveToEndAsync(), server.ReceiveToEndAsync());
        return new Outcome(seen[0].ToString(), seen[1].ToString());
    }

    private static async Task<(Peer Client, Peer Server)> OpenAsync(Stage stage, BalancerKind kind)
    {
        ScriptedBackend backend = stage.AddBackend();
        IBalancer balancer = await stage.StartAsync(kind, BalancerSettings.For(backend.EndPoint));
        return await stage.OpenPairAsync(balancer, backend);
    }
}
