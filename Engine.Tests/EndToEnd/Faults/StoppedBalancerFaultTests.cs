// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Processes;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Harness.Streams;

namespace LbEngine.Tests.EndToEnd.Faults;

/// <summary>The balancer's process stands still for longer than its time-outs: what waits meanwhile counts as traffic, and nobody is blamed.</summary>
public sealed class StoppedBalancerFaultTests : EndToEndTest
{
    private const int Clients = 20;

    [PeerTheory("/bin/kill")]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Process_StoppedLongerThanTheIdleTimeout_EndsNoConnectionWhoseBytesWait(TransportKind transport)
    {
        StreamEcho backend = Stage.AddStreamEcho();
        EngineProcess engine = await Stage.StartEngineProcessAsync(
            transport, BalancerSettings.For(backend.EndPoint) with { IdleTimeout = TimeSpan.FromMilliseconds(1500) });
        var clients = new List<EchoPeer>();
        for (int i = 0; i < Clients; i++)
        {
            clients.Add(Stage.Own(await EchoPeer.ConnectAsync(engine.EndPoint, i)));
            await clients[^1].EchoAsync();
        }

        engine.Child.Signal("STOP");
        Task[] echoes = [.. clients.Select(client => client.EchoAsync())];
        await PauseAsync();
        engine.Child.Signal("CONT");

        // Each fails when its stream ends without the bytes.
        await Waiting.ForAllAsync("every echo to come back", Waiting.DefaultLimit, echoes);

        EngineReport report = await engine.ReportAsync();
        Assert.Equal((Clients, 0L, 0L), (backend.Accepted, report.Rejected, report.ConnectFailures.Sum()));
        Assert.DoesNotContain(report.Closed.Keys, reason => reason != nameof(CloseReason.IdleTimeout));
    }

    [PeerTheory("/bin/kill")]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Process_StoppedLongerThanTheConnectTimeout_BlamesNoBackendForClientsThatCameMeanwhile(TransportKind transport)
    {
        StreamEcho backend = Stage.AddStreamEcho();
        EngineProcess engine = await Stage.StartEngineProcessAsync(
            transport, BalancerSettings.For(backend.EndPoint) with { ConnectTimeout = TimeSpan.FromMilliseconds(500), ConnectAttempts = 1 });

        engine.Child.Signal("STOP");
        Task<EchoPeer>[] coming = [.. Enumerable.Range(0, Clients).Select(i => EchoPeer.ConnectAsync(engine.EndPoint, i))];
        EchoPeer[] clients = await Task.WhenAll(coming);
        Array.ForEach(clients, client => Stage.Own(client));
        await PauseAsync();
        engine.Child.Signal("CONT");
        await Waiting.ForAllAsync("every client to be served", Waiting.DefaultLimit, clients.Select(client => client.EchoAsync()));

        EngineReport report = await engine.ReportAsync();
        Assert.Empty(report.Closed);
        Assert.Equal([0L], report.ConnectFailures);
    }

    private static async Task PauseAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(2500));
        await timer.WaitForNextTickAsync();
    }
}
