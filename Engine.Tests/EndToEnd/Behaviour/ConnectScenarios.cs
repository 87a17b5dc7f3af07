// SPDX-License-Identifier: MIT
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Harness.Streams;

namespace LbEngine.Tests.EndToEnd.Behaviour;

/// <summary>Before a backend is found.</summary>
internal static class ConnectScenarios
{
    public static async Task<Outcome> TheOnlyBackendRefusesAsync(Stage stage, BalancerKind kind)
    {
        ClosedPort closed = stage.Own(new ClosedPort());
        IBalancer balancer = await stage.StartAsync(kind, BalancerSettings.For(closed.EndPoint) with { ConnectAttempts = 1 });
        Peer client = await stage.ConnectAsync(balancer);

        return new Outcome((await client.ReceiveToEndAsync()).ToString(), "nothing");
    }

    public static async Task<Outcome> TheFirstRefusesAndTheSecondServesAsync(Stage stage, BalancerKind kind)
    {
        ClosedPort closed = stage.Own(new ClosedPort());
        ScriptedBackend backend = stage.AddBackend();
        IBalancer balancer = await stage.StartAsync(kind, BalancerSettings.For(closed.EndPoint, backend.EndPoint));
        int served = 0;
        for (int pair = 0; pair < 4; pair++)
        {
            Peer client = await stage.ConnectAsync(balancer, pair);
            await client.SendAsync(100);
            Peer server = await stage.AcceptAsync(backend, pair);
            await server.ReceiveAsync(100);
            await server.SendAsync(200);
            await client.ReceiveAsync(200);
            served++;
        }

        return new Outcome($"{served} served", $"{served} connections, every byte");
    }

    public static async Task<Outcome> ClientLeavesBeforeTheBackendIsConnectedAsync(Stage stage, BalancerKind kind)
    {
        ScriptedBackend backend = stage.AddBackend(backlog: 0);
        IBalancer balancer = await stage.StartAsync(kind, BalancerSettings.For(backend.EndPoint));
        await backend.FillBacklogAsync();
        Peer gone = await stage.ConnectAsync(balancer);
        gone.Reset();
        await backend.ReleaseBacklogAsync();

        // Whether the backend hears of the first client is a race; that the next one is served is not.
        Peer client = await stage.ConnectAsync(balancer, 1);
        await client.SendAsync(100);
        string served = await ServeFirstThatSpeaksAsync(stage, backend);

        return new Outcome("reset, the next is served", served);
    }

    private static async Task<string> ServeFirstThatSpeaksAsync(Stage stage, ScriptedBackend backend)
    {
        for (int attempt = 0; attempt < 2; attempt++)
        {
            Peer server = await stage.AcceptAsync(backend, 1);
            await server.Socket.ReceiveAsync(Memory<byte>.Empty).AsTask().WaitAsync(Waiting.DefaultLimit).ContinueWith(_ => { }, TaskScheduler.Default);
            if (server.Socket.Available > 0)
            {
                await server.ReceiveAsync(100);
                return "every byte of the next";
            }
        }

        return "nothing";
    }
}
