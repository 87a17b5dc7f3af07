// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Testing;
using LbEngine.Tests.Transport.Memory;

namespace LbEngine.Tests.Forwarding;

public sealed class AffinityTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan OneMillisecond = TimeSpan.FromMilliseconds(1);

    [Fact]
    public async Task Connect_SameAddress_MeetsTheSameBackendAgain()
    {
        await using MemoryStage stage = await StartAsync();

        int[] chosen = [.. Enumerable.Range(0, 12).Select(_ => MemoryStage.BackendOf(stage.Connect("198.51.100.7")))];

        Assert.Single(chosen.Distinct());
        Assert.Equal(1, stage.Status.Pools[0].AffinityEntries);
    }

    [Fact]
    public async Task Connect_WithoutAffinity_SpreadsOneAddress()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 4);
        stage.NameTheBackends();

        int[] chosen = [.. Enumerable.Range(0, 12).Select(_ => MemoryStage.BackendOf(stage.Connect("198.51.100.7")))];

        Assert.Equal(4, chosen.Distinct().Count());
    }

    [Fact]
    public async Task Pin_LastConnectionEnded_ExpiresExactlyAfterTheTimeout()
    {
        await using MemoryStage stage = await StartAsync();
        MemoryClient first = stage.Connect();
        MemoryClient last = stage.Connect();
        first.Finish();
        stage.Time.Advance(TimeSpan.FromMinutes(4));
        last.Finish();

        stage.Time.Advance(Timeout - OneMillisecond);
        int justBefore = stage.Status.Pools[0].AffinityEntries;
        stage.Time.Advance(OneMillisecond);

        Assert.Equal(1, justBefore);
        Assert.Equal(0, stage.Status.Pools[0].AffinityEntries);
    }

    [Fact]
    public async Task Pin_NewConnectionJustInTime_RunsAnew()
    {
        await using MemoryStage stage = await StartAsync();
        MemoryClient client = stage.Connect();
        int pinned = MemoryStage.BackendOf(client);
        var chosen = new List<int>();

        for (int i = 0; i < 8; i++)
        {
            client.Finish();
            stage.Time.Advance(Timeout - OneMillisecond);
            client = stage.Connect();
            chosen.Add(MemoryStage.BackendOf(client));
        }

        Assert.All(chosen, backend => Assert.Equal(pinned, backend));
    }

    [Fact]
    public async Task Pin_ConnectionStaysOpen_DoesNotExpire()
    {
        await using MemoryStage stage = await StartAsync();
        MemoryClient open = stage.Connect();
        int pinned = MemoryStage.BackendOf(open);
        for (int minute = 0; minute < 60; minute += 10)
        {
            stage.Time.Advance(TimeSpan.FromMinutes(10));
            open.Send("?");
        }

        int chosen = MemoryStage.BackendOf(stage.Connect());

        Assert.Equal(pinned, chosen);
        Assert.Equal(1, stage.Status.Pools[0].AffinityEntries);
    }

    [Fact]
    public async Task Pin_Prefix24_GroupsNeighboursAndNobodyElse()
    {
        await using MemoryStage stage = await StartAsync(affinity => affinity.PrefixV4 = 24);

        int[] neighbours = [.. Enumerable.Range(1, 9).Select(host => MemoryStage.BackendOf(stage.Connect($"198.51.100.{host}")))];
        int entriesOfOneNetwork = stage.Status.Pools[0].AffinityEntries;
        int other = MemoryStage.BackendOf(stage.Connect("198.51.101.1"));

        Assert.Single(neighbours.Distinct());
        Assert.Equal(1, entriesOfOneNetwork);
        Assert.NotEqual(neighbours[0], other);
        Assert.Equal(2, stage.Status.Pools[0].AffinityEntries);
    }

    [Fact]
    public async Task Pin_BackendRefuses_MovesToTheOneThatServedForGood()
    {
        await using MemoryStage stage = await StartAsync();
        int first = MemoryStage.BackendOf(stage.Connect());

        stage.Backends[first].Refuse();
        int second = MemoryStage.BackendOf(stage.Connect());
        stage.Backends[first].Accept();
        int[] later = [.. Enumerable.Range(0, 5).Select(_ => MemoryStage.BackendOf(stage.Connect()))];

        Assert.NotEqual(first, second);
        Assert.All(later, backend => Assert.Equal(second, backend));
        Assert.Equal(1, stage.Status.Pools[0].Backends[first].ConnectFailures);
    }

    [Fact]
    public async Task Pin_EveryBackendRefuses_IsGivenBackWithTheConnection()
    {
        await using MemoryStage stage = await StartAsync();
        foreach (MemoryBackend backend in stage.Backends)
        {
            backend.Refuse();
        }

        stage.Connect();
        stage.Time.Advance(Timeout);

        Assert.Equal(0, stage.Status.Pools[0].AffinityEntries);
        stage.AssertClosedOnly(CloseReason.ConnectFailed);
    }

    private static async Task<MemoryStage> StartAsync(Action<AffinityOptions>? affinity = null)
    {
        var options = new AffinityOptions { Timeout = Timeout, MaxEntries = 64 };
        affinity?.Invoke(options);
        MemoryStage stage = await MemoryStage.StartAsync(backends: 4, pool: pool => pool.Affinity = options);
        return stage.NameTheBackends();
    }
}
