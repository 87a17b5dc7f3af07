// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Files;
using LbEngine.Lifecycle;
using LbEngine.Observability;
using LbEngine.Testing;
using LbEngine.Tests.Control.Reload;
using LbEngine.Tests.Transport.Memory;

namespace LbEngine.Tests.Control.Operator;

/// <summary>What an operator does to single backends and connections.</summary>
public sealed class OperatorTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("lbengine-state-").FullName;

    private string StateFile => Path.Combine(_directory, "state.json");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData(OperatorState.Draining)]
    [InlineData(OperatorState.Maintenance)]
    public async Task SetBackendStateAsync_NotReady_TakesNoNewClientAndKeepsOldOnes(OperatorState state)
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 2);
        stage.NameTheBackends();
        MemoryClient old = stage.Connect();
        int leaving = MemoryStage.BackendOf(old);

        await stage.Balancer.SetBackendStateAsync("site", $"b{leaving}", state);

        Assert.All(Enumerable.Range(0, 5), _ => Assert.Equal(1 - leaving, MemoryStage.BackendOf(stage.Connect())));
        Assert.Equal(leaving, MemoryStage.BackendOf(old));
    }

    [Fact]
    public async Task SetBackendWeightAsync_ThenNull_GoesByTheConfigurationAgain()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 2);

        await stage.Balancer.SetBackendWeightAsync("site", "b0", 50);
        int set = stage.Status.Pools[0].Backends[0].Weight;
        await stage.Balancer.SetBackendWeightAsync("site", "b0", null);

        Assert.Equal((50, 1), (set, stage.Status.Pools[0].Backends[0].Weight));
    }

    [Theory]
    [InlineData("nowhere", "b0", "site")]
    [InlineData("site", "b7", "b0, b1")]
    public async Task SetBackendStateAsync_NoSuchBackend_SaysWhichThereAre(string pool, string backend, string expected)
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 2);

        ArgumentException refused = await Assert.ThrowsAsync<ArgumentException>(
            () => stage.Balancer.SetBackendStateAsync(pool, backend, OperatorState.Draining));

        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(65_536)]
    public async Task SetBackendWeightAsync_OutOfRange_IsRefused(int weight)
    {
        await using MemoryStage stage = await MemoryStage.StartAsync();

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => stage.Balancer.SetBackendWeightAsync("site", "b0", weight));
    }

    [Fact]
    public async Task Setting_ConfigurationIsReloaded_Survives()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 2);
        await stage.Balancer.SetBackendStateAsync("site", "b0", OperatorState.Maintenance);
        await stage.Balancer.SetBackendWeightAsync("site", "b1", 9);

        await stage.Balancer.ApplyAsync(ReloadTests.Options(stage, pool => pool.Backends["b1"].Weight = 5));

        IReadOnlyList<BackendStatus> backends = stage.Status.Pools[0].Backends;
        Assert.Equal((OperatorState.Maintenance, 9), (backends[0].OperatorState, backends[1].Weight));
    }

    [Fact]
    public async Task Setting_BackendIsRemovedAndComesBack_StartsAfresh()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 2);
        await stage.Balancer.SetBackendStateAsync("site", "b0", OperatorState.Maintenance);

        await stage.Balancer.ApplyAsync(ReloadTests.Options(stage, pool => pool.Backends.Remove("b0")));
        await stage.Balancer.ApplyAsync(ReloadTests.Options(stage));

        Assert.All(stage.Status.Pools[0].Backends, backend => Assert.Equal(OperatorState.Ready, backend.OperatorState));
    }

    [Fact]
    public async Task StateFile_EngineIsBuiltAgain_FindsWhatWasSet()
    {
        await using (MemoryStage first = await StartAsync())
        {
            await first.Balancer.SetBackendStateAsync("site", "b0", OperatorState.Draining);
            await first.Balancer.SetBackendWeightAsync("site", "b1", 7);
        }

        await using MemoryStage second = await StartAsync();

        IReadOnlyList<BackendStatus> backends = second.Status.Pools[0].Backends;
        Assert.Equal((OperatorState.Draining, 7), (backends[0].OperatorState, backends[1].Weight));
        Assert.Equal(["state.json"], Directory.GetFiles(_directory).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"version\":1")]
    [InlineData("{\"backends\":[")]
    [InlineData("{\"version\":2,\"backends\":[]}")]
    [InlineData("{\"version\":1,\"backends\":[{\"pool\":\"site\",\"backend\":\"b0\",\"state\":\"Asleep\"}]}")]
    [InlineData("{\"version\":1,\"backends\":[{\"pool\":\"site\",\"backend\":\"b0\",\"state\":\"Ready\",\"weight\":70000}]}")]
    [InlineData("{\"version\":1,\"backends\":[{\"pool\":7,\"backend\":\"b0\",\"state\":\"Ready\"}]}")]
    public async Task StateFile_CannotBeUnderstood_IsPutAsideAndTheEngineStarts(string content)
    {
        await File.WriteAllTextAsync(StateFile, content);

        await using MemoryStage stage = await StartAsync();

        Assert.Equal(content, await File.ReadAllTextAsync(StateFile + ".broken"));
        Assert.All(stage.Status.Pools[0].Backends, backend => Assert.Equal(OperatorState.Ready, backend.OperatorState));
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("listeners: {}")]
    public async Task StateFile_IsAnotherKindOfFile_EngineIsNotBuiltAndTheFileStays(string content)
    {
        await File.WriteAllTextAsync(StateFile, content);

        await Assert.ThrowsAsync<RefusedFileException>(StartAsync);

        Assert.Equal(content, await File.ReadAllTextAsync(StateFile));
    }

    [Fact]
    public async Task StateFile_NamesBackendsThatAreGone_TheOthersAreRestored()
    {
        await File.WriteAllTextAsync(StateFile, """
            {"version":1,"backends":[{"pool":"gone","backend":"x","state":"Draining"},{"pool":"site","backend":"b1","state":"Maintenance"}]}
            """);

        await using MemoryStage stage = await StartAsync();

        Assert.Equal([OperatorState.Ready, OperatorState.Maintenance], stage.Status.Pools[0].Backends.Select(backend => backend.OperatorState));
    }

    [Fact]
    public async Task DrainBackendAsync_ConnectionEnds_Completes()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 1);
        MemoryClient client = stage.Connect();
        Task drain = stage.Balancer.DrainBackendAsync("site", "b0");
        bool early = drain.IsCompleted;

        client.Finish();
        await stage.AdvanceUntilAsync(() => drain.IsCompleted, "the drain completes");

        Assert.False(early);
        stage.AssertClosedOnly(CloseReason.Completed);
    }

    [Fact]
    public async Task DrainBackendAsync_DeadlinePasses_ClosesTheRestAsDrained()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 1, options: options => options.Drain.Spread = TimeSpan.Zero);
        MemoryClient client = stage.Connect();

        Task drain = stage.Balancer.DrainBackendAsync("site", "b0", TimeSpan.FromSeconds(10));
        await stage.AdvanceUntilAsync(() => drain.IsCompleted, "the drain completes");

        Assert.Equal(MemoryClose.Fin, client.Closed);
        stage.AssertClosedOnly(CloseReason.Drained);
    }

    [Fact]
    public async Task DrainBackendAsync_MadeReadyAgain_ClosesNothing()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 1);
        MemoryClient client = stage.Connect();
        Task drain = stage.Balancer.DrainBackendAsync("site", "b0", TimeSpan.FromSeconds(10));

        await stage.Balancer.SetBackendStateAsync("site", "b0", OperatorState.Ready);
        await stage.AdvanceUntilAsync(() => drain.IsCompleted, "the drain is given up");
        stage.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(MemoryClose.None, client.Closed);
    }

    [Fact]
    public async Task DrainBackendAsync_MadeReadyWhileTheRestIsClosed_ClosesNothingMore()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 1, options: options => options.Drain.Spread = TimeSpan.FromSeconds(30));
        MemoryClient[] clients = [stage.Connect(), stage.Connect(), stage.Connect()];
        Task drain = stage.Balancer.DrainBackendAsync("site", "b0", TimeSpan.FromSeconds(10));
        await stage.AdvanceUntilAsync(() => clients.Any(client => client.Closed != MemoryClose.None), "the first is closed");

        await stage.Balancer.SetBackendStateAsync("site", "b0", OperatorState.Ready);
        await stage.AdvanceUntilAsync(() => drain.IsCompleted, "the drain is given up");
        stage.Time.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal(2, clients.Count(client => client.Closed == MemoryClose.None));
        stage.AssertClosedOnly(CloseReason.Drained);
    }

    [Fact]
    public async Task StateFile_CannotEvenBePutAside_EngineStartsAllTheSame()
    {
        const string Torn = "{\"version\":1";
        await File.WriteAllTextAsync(StateFile, Torn);
        Array.ForEach(["", .. Enumerable.Range(1, 10).Select(number => $"{number}")], number => Directory.CreateDirectory($"{StateFile}.broken{number}"));

        await using MemoryStage stage = await StartAsync();

        Assert.Equal(LoadBalancerState.Running, stage.Status.State);
        Assert.Equal(Torn, await File.ReadAllTextAsync(StateFile));
    }

    [Fact]
    public async Task DrainBackendAsync_MadeReadyAndDrainedAgainAtOnce_FirstDeadlineClosesNothing()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 1);
        MemoryClient client = stage.Connect();
        Task first = stage.Balancer.DrainBackendAsync("site", "b0", TimeSpan.FromSeconds(10));
        stage.Time.Advance(TimeSpan.FromSeconds(5));

        await stage.Balancer.SetBackendStateAsync("site", "b0", OperatorState.Ready);
        Task second = stage.Balancer.DrainBackendAsync("site", "b0", TimeSpan.FromSeconds(60));
        await stage.AdvanceUntilAsync(() => first.IsCompleted, "the first drain gives up");
        stage.Time.Advance(TimeSpan.FromSeconds(20));
        (bool IsOver, MemoryClose End) afterTheFirst = (second.IsCompleted, client.Closed);
        await stage.AdvanceUntilAsync(() => second.IsCompleted, "the second drain ends");

        Assert.Equal((false, MemoryClose.None), afterTheFirst);
        stage.AssertClosedOnly(CloseReason.Drained);
    }

    [Fact]
    public async Task DrainBackendAsync_AnotherDeadline_CountsInsteadOfTheFirst()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 1);
        MemoryClient client = stage.Connect();
        Task first = stage.Balancer.DrainBackendAsync("site", "b0", TimeSpan.FromSeconds(10));

        Task second = stage.Balancer.DrainBackendAsync("site", "b0", TimeSpan.FromSeconds(300));
        stage.Time.Advance(TimeSpan.FromSeconds(200));
        await stage.AdvanceUntilAsync(() => first.IsCompleted, "the first drain gives up", TimeSpan.FromMilliseconds(100));
        (bool IsOver, MemoryClose End) afterTheFirst = (second.IsCompleted, client.Closed);
        await stage.AdvanceUntilAsync(() => second.IsCompleted, "the second drain ends");

        Assert.Equal((false, MemoryClose.None), afterTheFirst);
        stage.AssertClosedOnly(CloseReason.Drained);
    }

    [Fact]
    public async Task SetBackendStateAsync_DrainingWhileADrainHasADeadline_TakesTheDeadlineAway()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 1);
        MemoryClient client = stage.Connect();
        Task drain = stage.Balancer.DrainBackendAsync("site", "b0", TimeSpan.FromSeconds(10));

        await stage.Balancer.SetBackendStateAsync("site", "b0", OperatorState.Draining);
        await stage.AdvanceUntilAsync(() => drain.IsCompleted, "the drain gives up");
        stage.Time.Advance(TimeSpan.FromSeconds(600));

        Assert.Equal(MemoryClose.None, client.Closed);
    }

    [Fact]
    public async Task CloseConnectionAsync_OneOfTwo_ClosesThatOneOnce()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 1);
        MemoryClient client = stage.Connect("198.51.100.1");
        MemoryClient other = stage.Connect("198.51.100.2");
        string id = stage.Balancer.GetConnections().Single(connection => connection.Client.Address.ToString() == "198.51.100.1").Id;

        bool first = await stage.Balancer.CloseConnectionAsync(id);
        bool second = await stage.Balancer.CloseConnectionAsync(id);

        Assert.Equal((true, false), (first, second));
        Assert.Equal((MemoryClose.Reset, MemoryClose.None), (client.Closed, other.Closed));
        stage.AssertClosedOnly(CloseReason.Killed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("7")]
    [InlineData("-1-1")]
    [InlineData("99999-1")]
    [InlineData("0-99999999999")]
    [InlineData("x-y")]
    public async Task CloseConnectionAsync_WhatNamesNoConnection_IsFalse(string id)
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(backends: 1);
        stage.Connect();

        Assert.False(await stage.Balancer.CloseConnectionAsync(id));
    }

    private Task<MemoryStage> StartAsync() => MemoryStage.StartAsync(backends: 2, builder: builder => builder.UseStateFile(StateFile));
}
