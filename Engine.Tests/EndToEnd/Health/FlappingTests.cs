// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Harness.Streams;

namespace LbEngine.Tests.EndToEnd.Health;

/// <summary>Backends that cannot make up their minds, over real probes and real traffic.</summary>
public sealed class FlappingTests : EndToEndTest
{
    private const int Pool = 8;
    private const int DownEvent = 201;
    private const int UpEvent = 202;
    private const int EjectedEvent = 210;
    private const int ReturnedEvent = 211;

    private static readonly HealthOptions Http = new()
    {
        Type = HealthCheckType.Http,
        Interval = TimeSpan.FromMilliseconds(50),
        FastInterval = TimeSpan.FromMilliseconds(50),
        Timeout = TimeSpan.FromSeconds(2),
    };

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Probes_HalfOfThePoolTogglesWithEachOne_NobodyIsTakenOut(TransportKind transport)
    {
        AnsweringBackend[] backends = AddPool();
        foreach (AnsweringBackend flapping in backends.Take(Pool / 2))
        {
            flapping.AnswerByNumber = number => AnsweringBackend.Http(number % 2 == 0 ? 500 : 200);
        }

        EngineBalancer balancer = await Stage.StartEngineAsync(transport, SettingsFor(backends));
        await Waiting.UntilAsync(() => backends.All(backend => backend.Requests >= 30), "each backend has had 30 probes");

        Assert.DoesNotContain(balancer.Log.Lines, line => line.Id == DownEvent);
        Assert.All(balancer.Status.Pools[0].Backends, backend => Assert.Equal(HealthState.Up, backend.HealthState));
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Probes_HalfOfThePoolFallsAndReturnsTogether_EachChangesOnceAndClientsAreServed(TransportKind transport)
    {
        const int Falls = 3;
        AnsweringBackend[] backends = AddPool();
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, SettingsFor(backends));
        await Waiting.UntilAsync(() => balancer.Status.Pools[0].Backends.All(backend => backend.HealthState == HealthState.Up), "all are up");

        for (int fall = 0; fall < Falls; fall++)
        {
            Answer(backends, 500);
            await balancer.WaitForLogAsync(DownEvent, (fall + 1) * Pool / 2);
            long before = balancer.Status.Pools[0].Backends.Take(Pool / 2).Sum(backend => backend.TotalConnections);
            for (int i = 0; i < 10; i++)
            {
                using Peer client = await Peer.ConnectAsync(balancer.EndPoint);
                await client.SendAsync(1);
                Assert.Equal(PeerEnd.Fin, (await client.ReceiveToEndAsync()).End);
            }

            Assert.Equal(before, balancer.Status.Pools[0].Backends.Take(Pool / 2).Sum(backend => backend.TotalConnections));
            Assert.False(balancer.Status.Pools[0].IsFailingOpen);
            Answer(backends, 200);
            await balancer.WaitForLogAsync(UpEvent, (fall + 1) * Pool / 2);
        }

        Assert.Equal(
            (Falls * Pool / 2, Falls * Pool / 2),
            (balancer.Log.Lines.Count(line => line.Id == DownEvent), balancer.Log.Lines.Count(line => line.Id == UpEvent)));
    }

    [Theory]
    [MemberData(nameof(BothWithBoth))]
    public async Task Traffic_BackendFailsAfterEachReturn_IsLeftOutTwiceAsLongEachTime(TransportKind transport, bool resets)
    {
        ClosedPort closed = Stage.Own(new ClosedPort());
        ResettingBackend resetting = Stage.Own(new ResettingBackend());
        StreamEcho good = Stage.AddStreamEcho();
        EngineBalancer balancer = await Stage.StartEngineAsync(
            transport,
            BalancerSettings.For(resets ? resetting.EndPoint : closed.EndPoint, good.EndPoint) with
            {
                Passive = new PassiveHealthOptions { Failures = 1, Ejection = TimeSpan.FromSeconds(1) },
            });

        int seen = 0;
        for (int ejection = 1; ejection <= 3; ejection++)
        {
            await balancer.WaitForLogAsync(ReturnedEvent, ejection - 1);
            using (Peer first = await Peer.ConnectAsync(balancer.EndPoint))
            {
                seen += await AskAsync(first) == PeerEnd.Rst ? 1 : 0;
            }

            await balancer.WaitForLogAsync(EjectedEvent, ejection);
            for (int i = 0; i < 5; i++)
            {
                using Peer client = await Peer.ConnectAsync(balancer.EndPoint);
                Assert.Equal(PeerEnd.Fin, await AskAsync(client));
            }
        }

        string[] times = [.. balancer.Log.Lines.Where(line => line.Id == EjectedEvent).Select(line => line.Text[line.Text.IndexOf("for ", StringComparison.Ordinal)..])];
        Assert.Equal(["for 1 s.", "for 2 s.", "for 4 s."], times);
        Assert.Equal((3, resets ? 3 : 0), (balancer.Backend(0).TotalConnections, resetting.Accepted));

        // A connect that is refused, or reset before anybody saw it succeed, goes elsewhere: nobody but who was connected sees an error.
        Assert.Equal((seen, 3L - seen), (balancer.Backend(0).Resets, balancer.Backend(0).ConnectFailures));
        Assert.True(resets || seen == 0, $"{seen} clients saw that a connect was refused.");
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Traffic_EveryBackendRefuses_AtMostTheAllowedShareIsLeftOut(TransportKind transport)
    {
        ClosedPort[] closed = [.. Enumerable.Range(0, Pool).Select(_ => Stage.Own(new ClosedPort()))];
        EngineBalancer balancer = await Stage.StartEngineAsync(
            transport,
            BalancerSettings.For([.. closed.Select(port => port.EndPoint)]) with
            {
                Passive = new PassiveHealthOptions { Failures = 1, Ejection = TimeSpan.FromMinutes(1), MaxEjectedPercent = 25 },
            });

        int most = 0;
        for (int i = 0; i < 40; i++)
        {
            using Peer client = await Peer.ConnectAsync(balancer.EndPoint);
            Assert.Equal(PeerEnd.Rst, (await client.ReceiveToEndAsync()).End);
            most = Math.Max(most, balancer.Status.Pools[0].Backends.Count(backend => backend.IsEjected));
        }

        await Waiting.UntilAsync(() => balancer.Status.Pools[0].Backends.Count(backend => backend.IsEjected) == Pool / 4, "a quarter is left out");
        Assert.InRange(most, 0, Pool / 4);
        Assert.Equal(Pool / 4, balancer.Log.Lines.Count(line => line.Id == EjectedEvent));
    }

    public static TheoryData<TransportKind, bool> BothWithBoth { get; } = Transports.BothWith(false, true);

    private static BalancerSettings SettingsFor(AnsweringBackend[] backends) =>
        BalancerSettings.For([.. backends.Select(backend => backend.EndPoint)]) with { Health = Http, Passive = null };

    private AnsweringBackend[] AddPool() => [.. Enumerable.Range(0, Pool).Select(_ => Stage.Own(new AnsweringBackend(AnsweringBackend.Http(200))))];

    private static void Answer(AnsweringBackend[] backends, int status)
    {
        foreach (AnsweringBackend backend in backends.Take(Pool / 2))
        {
            backend.Answer = AnsweringBackend.Http(status);
        }
    }

    /// <summary>Ends its half first, so that an echo ends, too.</summary>
    private static async Task<PeerEnd> AskAsync(Peer client)
    {
        try
        {
            client.HalfClose();
        }
        catch (System.Net.Sockets.SocketException)
        {
            return PeerEnd.Rst;
        }

        return (await client.ReceiveToEndAsync()).End;
    }
}
