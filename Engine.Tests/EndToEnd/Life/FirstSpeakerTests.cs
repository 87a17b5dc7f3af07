// SPDX-License-Identifier: MIT
using System.Diagnostics;
using LbEngine.Configuration;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Harness.Streams;

namespace LbEngine.Tests.EndToEnd.Life;

/// <summary>A pool whose clients speak first, and then one does not.</summary>
public sealed class FirstSpeakerTests : EndToEndTest
{
    // More than it takes to learn who speaks first.
    private const int Lessons = 20;

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Connect_SilentClientAmongTalkers_BackendLearnsOfItAndGreets(TransportKind transport)
    {
        ScriptedBackend backend = Stage.AddBackend();
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, BalancerSettings.For(backend.EndPoint));
        TimeSpan fastest = TimeSpan.MaxValue;
        for (int round = 0; round < 5; round++)
        {
            for (int lesson = 0; lesson < Lessons; lesson++)
            {
                await TalkAsync(balancer, backend);
            }

            long start = Stopwatch.GetTimestamp();
            Peer client = await Stage.ConnectAsync(balancer);
            Peer server = await Stage.AcceptAsync(backend);
            fastest = TimeSpan.FromTicks(Math.Min(fastest.Ticks, Stopwatch.GetElapsedTime(start).Ticks));
            await server.SendAsync(10);
            await client.ReceiveAsync(10);
        }

        // The kernel by itself acknowledges a handshake after 200 ms, if nobody tells it to; the fastest of five says whether somebody did.
        Assert.InRange(fastest, TimeSpan.Zero, TimeSpan.FromMilliseconds(150));
    }

    private async Task TalkAsync(EngineBalancer balancer, ScriptedBackend backend)
    {
        Peer client = await Stage.ConnectAsync(balancer);
        await client.SendAsync(10);
        Peer server = await Stage.AcceptAsync(backend);
        await server.ReceiveAsync(10);
        client.Socket.Dispose();
        server.Socket.Dispose();
    }
}
