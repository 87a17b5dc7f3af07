// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Tests.Harness.Runs;

namespace LbEngine.Tests.Transport.Memory;

[Trait(Quick.Category, Quick.Slow)]
public sealed class RandomScriptTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 60)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Run_AnythingAtAnyTime_StreamsStayWholeAndEverythingIsGivenBack(int seed)
    {
        await using MemoryStage stage = await StartAsync(seed);
        var script = new RandomScript(stage, seed);

        script.Run(steps: 600);

        script.AssertStreamsAreIntact();
        Assert.Equal(0, stage.Status.ActiveConnections);
        Assert.Equal(0, stage.Closed(CloseReason.Stopped));
    }

    [Fact]
    public async Task Run_AllSeeds_ReachEveryWayToEnd()
    {
        var seen = new HashSet<string>();
        for (int seed = 1; seed <= 60; seed++)
        {
            await using MemoryStage stage = await StartAsync(seed);
            new RandomScript(stage, seed).Run(steps: 600);
            seen.UnionWith(stage.Status.Closed.Keys.Select(reason => reason.ToString()));
            seen.UnionWith(stage.Status.Rejected.Keys.Select(reason => reason.ToString()));
        }

        Assert.Superset(
            new HashSet<string>
            {
                nameof(CloseReason.Completed),
                nameof(CloseReason.ClientReset),
                nameof(CloseReason.BackendReset),
                nameof(CloseReason.ClientAborted),
                nameof(CloseReason.ConnectFailed),
                nameof(CloseReason.ConnectTimeout),
                nameof(CloseReason.IdleTimeout),
                nameof(CloseReason.HalfCloseTimeout),
                nameof(RejectReason.ListenerLimit),
                nameof(RejectReason.ClientLimit),
                nameof(RejectReason.NoBackend),
            },
            seen);
    }

    [Fact]
    public async Task Run_SameSeedTwice_EndsTheSame()
    {
        var results = new List<string>();
        for (int run = 0; run < 2; run++)
        {
            await using MemoryStage stage = await StartAsync(7);
            new RandomScript(stage, 7).Run(steps: 600);
            results.Add(string.Join(' ', stage.Status.Closed) + string.Join(' ', stage.Backends.SelectMany(backend => backend.Connections).Select(connection => connection.Received.Length)));
        }

        Assert.Equal(results[0], results[1]);
    }

    private static Task<MemoryStage> StartAsync(int seed) => MemoryStage.StartAsync(
        backends: 4,
        listener: listener =>
        {
            listener.WhenFull = seed % 2 == 0 ? FullBehaviour.Hold : FullBehaviour.Refuse;
            listener.MaxConnections = seed % 3 == 0 ? 6 : 0;
            listener.MaxConnectionsPerClient = seed % 5 == 0 ? 3 : 0;
            listener.IdleTimeout = TimeSpan.FromMinutes(2);
        },
        pool: pool =>
        {
            pool.Affinity = seed % 4 == 0 ? new AffinityOptions { Timeout = TimeSpan.FromSeconds(30), MaxEntries = 64 } : null;
            pool.Backends["b3"].MaxConnections = 2;
            if (seed % 7 == 0)
            {
                foreach (BackendOptions backend in pool.Backends.Values)
                {
                    backend.MaxConnections = 1;
                }
            }

            // A random start in the cycle would end two runs of one seed differently.
            pool.Scheduler = "least-loaded";
        },
        builder: builder => builder.AddScheduler("least-loaded", set => new LeastLoadedScheduler(set)));
}
