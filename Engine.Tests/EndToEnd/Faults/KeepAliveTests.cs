// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Processes;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Harness.Streams;

namespace LbEngine.Tests.EndToEnd.Faults;

/// <summary>TCP keep-alive as the kernel sees it, on both sides of a connection.</summary>
public sealed class KeepAliveTests : EndToEndTest
{
    [PeerTheory("/usr/bin/ss")]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task KeepAlive_Configured_RunsOnBothSidesWithItsIdleTime(TransportKind transport)
    {
        ScriptedBackend backend = Stage.AddBackend();
        var keepAlive = new KeepAliveOptions { Idle = TimeSpan.FromSeconds(3000), Interval = TimeSpan.FromSeconds(7), Probes = 5 };
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, BalancerSettings.For(backend.EndPoint) with { KeepAlive = keepAlive });
        (Peer client, Peer server) = await Stage.OpenPairAsync(balancer, backend);
        await client.SendAsync(10);
        await server.ReceiveAsync(10);

        // 3000 s, less what has passed: the kernel prints 50min or 49min.
        await WaitForTimerAsync($"sport = :{balancer.EndPoint.Port}", "(keepalive,50min", "(keepalive,49min");
        await WaitForTimerAsync($"dport = :{backend.EndPoint.Port}", "(keepalive,50min", "(keepalive,49min");
    }

    [PeerTheory("/usr/bin/ss")]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task KeepAlive_Off_RunsOnNeitherSide(TransportKind transport)
    {
        ScriptedBackend backend = Stage.AddBackend();
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, BalancerSettings.For(backend.EndPoint) with { KeepAlive = null });
        (Peer client, Peer server) = await Stage.OpenPairAsync(balancer, backend);
        await client.SendAsync(10);
        await server.ReceiveAsync(10);

        // Options of the backend's side are set when a connection is 100 ms old: look well after that.
        using var later = new PeriodicTimer(TimeSpan.FromMilliseconds(300));
        await later.WaitForNextTickAsync();

        Assert.DoesNotContain("keepalive", await ReadTimersAsync($"sport = :{balancer.EndPoint.Port}"), StringComparison.Ordinal);
        Assert.DoesNotContain("keepalive", await ReadTimersAsync($"dport = :{backend.EndPoint.Port}"), StringComparison.Ordinal);
    }

    private static async Task WaitForTimerAsync(string filter, params string[] anyOf)
    {
        string seen = "";
        long deadline = Environment.TickCount64 + (long)Waiting.DefaultLimit.TotalMilliseconds;
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (Environment.TickCount64 < deadline)
        {
            seen = await ReadTimersAsync(filter);
            if (anyOf.Any(expected => seen.Contains(expected, StringComparison.Ordinal)))
            {
                return;
            }

            await timer.WaitForNextTickAsync();
        }

        Assert.Fail($"Waited {Waiting.DefaultLimit.TotalSeconds} s for a socket with {filter} to have {string.Join(" or ", anyOf)}; ss says: {seen}");
    }

    private static async Task<string> ReadTimersAsync(string filter)
    {
        using ChildProcess ss = ChildProcess.Start("/usr/bin/ss", "-tnoH", "state", "established", filter);
        await Waiting.UntilAsync(() => ss.HasExited, "ss has ended");
        ss.WaitForExit();
        return string.Join("\n", ss.Output);
    }
}
