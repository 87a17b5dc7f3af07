// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Configuration;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Harness.Streams;

namespace LbEngine.Tests.EndToEnd.Faults;

/// <summary>The usual beginning: one backend, an engine, and one connection through it.</summary>
internal static class EnginePair
{
    public static async Task<(EngineBalancer Balancer, Peer Client, Peer Server)> OpenAsync(
        Stage stage,
        TransportKind transport,
        string address = "127.0.0.1")
    {
        var own = IPAddress.Parse(address);
        ScriptedBackend backend = stage.AddBackend(own);
        BalancerSettings settings = BalancerSettings.For(backend.EndPoint) with { Bind = new IPEndPoint(own, 0).ToString() };
        EngineBalancer balancer = await stage.StartEngineAsync(transport, settings);
        (Peer client, Peer server) = await stage.OpenPairAsync(balancer, backend);
        return (balancer, client, server);
    }
}
