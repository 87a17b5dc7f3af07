// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Harness.Streams;
using LbEngine.Tests.Transport.Linux;

namespace LbEngine.Tests.EndToEnd.Life;

/// <summary>How long connections are spread over the reactors of the Linux transport.</summary>
public sealed class ReactorBalanceTests : EndToEndTest
{
    // The kernel's hash alone spreads four connections evenly in three of eight tries, so ten in a row once in 18,000.
    [LinuxFact]
    public async Task Connect_FourLongConnectionsTenTimes_EachOfTwoReactorsHoldsTwo()
    {
        ScriptedBackend backend = Stage.AddBackend();
        EngineBalancer balancer = await Stage.StartEngineAsync(TransportKind.Linux, BalancerSettings.For(backend.EndPoint) with { Reactors = 2 });
        for (int round = 0; round < 10; round++)
        {
            var peers = new List<Peer>();
            for (int i = 0; i < 4; i++)
            {
                peers.Add(await Stage.ConnectAsync(balancer));
                peers.Add(await Stage.AcceptAsync(backend));
            }

            Assert.Equal([2, 2], balancer.ConnectionsPerReactor);
            peers.ForEach(peer => peer.Socket.Dispose());
            await Waiting.UntilAsync(() => balancer.ConnectionsPerReactor.Sum() == 0, "all connections have ended");
        }
    }

    [LinuxFact]
    public async Task Connect_ManyReactors_NoneIsLeftOut()
    {
        ScriptedBackend backend = Stage.AddBackend();
        EngineBalancer balancer = await Stage.StartEngineAsync(TransportKind.Linux, BalancerSettings.For(backend.EndPoint) with { Reactors = 8 });

        for (int i = 0; i < 64; i++)
        {
            await Stage.ConnectAsync(balancer);
            await Stage.AcceptAsync(backend);
        }

        Assert.Equal(64, balancer.ConnectionsPerReactor.Sum());
        Assert.All(balancer.ConnectionsPerReactor, count => Assert.InRange(count, 4, 13));
    }
}
