// SPDX-License-Identifier: MIT
using System.Net;
using System.Runtime.CompilerServices;
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Control;
using LbEngine.Lifecycle;
using LbEngine.Observability;
using LbEngine.Resolution;
using LbEngine.Testing;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Resolution;
using LbEngine.Tests.Transport.Memory;

namespace LbEngine.Tests.Control.Reload;

/// <summary>A pool whose backend "a" is a host name, over a network in memory with backends at 10.0.0.1, 10.0.0.2, 10.0.0.3.</summary>
public sealed class HostNameTests : IDisposable
{
    private const string Name = "db.internal";

    private readonly string _directory = Directory.CreateTempSubdirectory("lbengine-names-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task StartAsync_NameWithTwoAddresses_ServesFromBoth()
    {
        await using MemoryStage stage = await StartAsync(addresses: ["10.0.0.2", "10.0.0.1"]);

        int[] served = [.. Enumerable.Range(0, 4).Select(_ => MemoryStage.BackendOf(stage.Connect()))];

        Assert.Equal(["a@10.0.0.1", "a@10.0.0.2"], Backends(stage));
        Assert.Equal([2, 2], served.GroupBy(index => index).OrderBy(group => group.Key).Select(group => group.Count()));
        NameStatus name = Assert.Single(stage.Status.Pools[0].Names);
        Assert.Equal(("a", Name, 2, TimeSpan.Zero, null), (name.Backend, name.HostName, name.Addresses.Count, name.SinceResolved, name.Failure));
    }

    [Fact]
    public async Task StartAsync_NameThatDoesNotResolve_StartsWithoutAndServesOnceItDoes()
    {
        using var log = new RecordingLoggerFactory();
        await using MemoryStage stage = await StartAsync(builder: under => under.UseLoggerFactory(log), addresses: []);
        MemoryClient early = stage.Connect();
        (MemoryClose Closed, string? Failure) before = (early.Closed, stage.Status.Pools[0].Names[0].Failure);

        stage.Network.SetAddresses(Name, "10.0.0.3");
        stage.Time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal((MemoryClose.Reset, "there is no such name, or it has no address"), before);
        Assert.Equal(1, stage.Rejected(RejectReason.NoBackend));
        Assert.Equal(2, MemoryStage.BackendOf(stage.Connect()));
        Assert.Equal([503, 501, 504], log.Lines.Select(line => line.Id).Where(id => id is > 500 and < 600));
    }

    [Fact]
    public async Task Answer_Changes_OldConnectionsGoOnUntilTheDeadlineAndNewClientsGoElsewhere()
    {
        await using MemoryStage stage = await StartAsync(addresses: ["10.0.0.1"]);
        MemoryClient old = stage.Connect();
        int first = MemoryStage.BackendOf(old);

        stage.Network.SetAddresses(Name, "10.0.0.2");
        stage.Time.Advance(TimeSpan.FromSeconds(12));
        int second = MemoryStage.BackendOf(stage.Connect());
        int still = MemoryStage.BackendOf(old);
        await stage.AdvanceUntilAsync(() => old.Closed != MemoryClose.None, "the drain's deadline ends the old connection");

        Assert.Equal((0, 1, 0), (first, second, still));
        Assert.Equal(["a@10.0.0.2"], Backends(stage));
        Assert.Equal(1, stage.Closed(CloseReason.Drained));
    }

    [Fact]
    public async Task Answer_GainsAnAddress_JoinsWithSlowStartAndTheOthersKeepTheirShare()
    {
        await using MemoryStage stage = await StartAsync(pool: pool => pool.SlowStart = TimeSpan.FromSeconds(60), addresses: ["10.0.0.1"]);

        stage.Network.SetAddresses(Name, "10.0.0.1", "10.0.0.2");
        stage.Time.Advance(TimeSpan.FromSeconds(12));

        IReadOnlyList<BackendStatus> backends = stage.Status.Pools[0].Backends;
        Assert.Equal(("a@10.0.0.1", 100), (backends[0].Name, backends[0].SlowStartPercent));
        Assert.Equal("a@10.0.0.2", backends[1].Name);
        Assert.InRange(backends[1].SlowStartPercent, 1, 20);
    }

    [Fact]
    public async Task Answer_Fails_TheLastOneStaysInUse()
    {
        await using MemoryStage stage = await StartAsync(addresses: ["10.0.0.1", "10.0.0.2"]);

        stage.Network.SetAddresses(Name);
        stage.Time.Advance(TimeSpan.FromMinutes(10));

        NameStatus name = Assert.Single(stage.Status.Pools[0].Names);
        Assert.Equal(["a@10.0.0.1", "a@10.0.0.2"], Backends(stage));
        Assert.Equal((2, TimeSpan.FromMinutes(10)), (name.Addresses.Count, name.SinceResolved));
        Assert.NotNull(name.Failure);
        Assert.InRange(MemoryStage.BackendOf(stage.Connect()), 0, 1);
    }

    [Fact]
    public async Task Answer_LosesMostAddresses_IsFollowedThoughADocumentWouldBeRefused()
    {
        string[] many = [.. Enumerable.Range(1, 10).Select(number => $"10.0.0.{number}")];
        await using MemoryStage stage = await StartAsync(addresses: many);

        stage.Network.SetAddresses(Name, "10.0.0.1");
        stage.Time.Advance(TimeSpan.FromSeconds(12));

        Assert.Equal(["a@10.0.0.1"], Backends(stage));
    }

    [Fact]
    public async Task ApplyAsync_DocumentRemovesBackends_CountsNamesAndNotTheirAddresses()
    {
        string[] many = [.. Enumerable.Range(1, 10).Select(number => $"10.0.0.{number}")];
        await using MemoryStage stage = await StartAsync(
            pool: pool => pool.AddBackend("b", "10.1.0.1:80").AddBackend("c", "10.1.0.2:80").AddBackend("d", "10.1.0.3:80"), addresses: many);

        LoadBalancerConfigurationException refused = await Assert.ThrowsAsync<LoadBalancerConfigurationException>(
            () => stage.Balancer.ApplyAsync(Options(pool => pool.AddBackend("a", $"{Name}:80"))));
        IReadOnlyList<ConfigurationChange> changes = await stage.Balancer.ApplyAsync(
            Options(pool => pool.AddBackend("b", "10.1.0.1:80").AddBackend("c", "10.1.0.2:80")));

        Assert.Equal(["pools.site.backends.a", "pools.site.backends.d"], changes.Select(change => change.Path));
        Assert.Equal(["b", "c"], Backends(stage));
        Assert.Contains("3 of 4 backends would be removed", Assert.Single(refused.Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compare_NameIsRemoved_CountsTheConnectionsOfAllItsAddresses()
    {
        await using MemoryStage stage = await StartAsync(addresses: ["10.0.0.1", "10.0.0.2"]);
        MemoryClient[] clients = [stage.Connect(), stage.Connect(), stage.Connect()];

        IReadOnlyList<ConfigurationChange> same = stage.Balancer.Compare(stage.Balancer.GetConfiguration());
        IReadOnlyList<ConfigurationChange> removed = stage.Balancer.Compare(Options(pool => pool.AddBackend("b", "10.0.0.3:80")));

        Assert.All(clients, client => Assert.Equal(MemoryClose.None, client.Closed));
        Assert.Empty(same);
        Assert.Equal(("pools.site.backends.a", 3), (removed[0].Path, removed[0].Connections));
        Assert.Equal($"{Name}:80", stage.Balancer.GetConfiguration().Pools["site"].Backends["a"].Address);
    }

    [Fact]
    public async Task ApplyAsync_NewName_IsResolvedBeforeItIsInForce()
    {
        await using MemoryStage stage = await StartAsync(addresses: ["10.0.0.1"]);
        stage.Network.SetAddresses("other.internal", "10.0.0.3");

        await stage.Balancer.ApplyAsync(Options(pool => pool.AddBackend("a", "other.internal:80")));

        Assert.Equal(["a@10.0.0.3"], Backends(stage));
        Assert.Equal(2, MemoryStage.BackendOf(stage.Connect()));
    }

    [Fact]
    public async Task ApplyAsync_OptionsAreChangedWhileTheirNamesAreResolved_GoesByThemAsTheyWereChecked()
    {
        var resolver = new ScriptedResolver();
        resolver.Answer(Name, "10.0.0.1");
        TaskCompletionSource<IReadOnlyList<IPAddress>> held = resolver.Hold("other.internal");
        await using MemoryStage stage = await StartAsync(builder: under => under.UseHostResolver(resolver));
        LoadBalancerOptions options = Options(pool => pool.AddBackend("a", "other.internal:80"));

        Task reload = stage.Balancer.ApplyAsync(options);
        options.Pools["site"].Backends["a"].Address = "not checked";
        held.SetResult([IPAddress.Parse("10.0.0.3")]);
        await reload.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(["a@10.0.0.3"], Backends(stage));
        Assert.Equal("other.internal:80", stage.Balancer.GetConfiguration().Pools["site"].Backends["a"].Address);
    }

    [Fact]
    public async Task ApplyAsync_AnotherWeightForAName_KeepsItsBackendsAndTheirConnections()
    {
        await using MemoryStage stage = await StartAsync(addresses: ["10.0.0.1", "10.0.0.2"]);
        MemoryClient client = stage.Connect();

        await stage.Balancer.ApplyAsync(Options(pool => pool.AddBackend("a", $"{Name}:80", weight: 5)));
        stage.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal([5, 5], stage.Status.Pools[0].Backends.Select(backend => backend.Weight));
        Assert.Equal(1, stage.Status.Pools[0].Backends.Sum(backend => backend.ActiveConnections));
        Assert.Equal(MemoryClose.None, client.Closed);
    }

    [Fact]
    public async Task ApplyAsync_NameIsGone_IsLookedUpNoMore()
    {
        await using MemoryStage stage = await StartAsync(addresses: ["10.0.0.1"]);

        await stage.Balancer.ApplyAsync(Options(pool => pool.AddBackend("b", "10.0.0.3:80")));

        Assert.Empty(stage.Status.Pools[0].Names);
        Assert.Empty(NamesOf(MemoryStage.PartsOf(stage.Balancer).Status).FindAddresses(new(Name, ResolveFamily.Any)));
    }

    [Fact]
    public async Task SetBackendStateAsync_AddressLeavesAndComesBack_IsStillDraining()
    {
        await using MemoryStage stage = await StartAsync(addresses: ["10.0.0.1", "10.0.0.2"]);
        await stage.Balancer.SetBackendStateAsync("site", "a@10.0.0.1", OperatorState.Draining);

        stage.Network.SetAddresses(Name, "10.0.0.2");
        stage.Time.Advance(TimeSpan.FromSeconds(12));
        string[] without = Backends(stage);
        stage.Network.SetAddresses(Name, "10.0.0.1", "10.0.0.2");
        stage.Time.Advance(TimeSpan.FromSeconds(12));

        Assert.Equal(["a@10.0.0.2"], without);
        Assert.Equal(OperatorState.Draining, stage.Status.Pools[0].Backends.Single(backend => backend.Name == "a@10.0.0.1").OperatorState);
    }

    [Fact]
    public async Task StateFile_AddressOfAName_IsRestoredWhenTheNameIsResolved()
    {
        string file = Path.Combine(_directory, "state.json");
        await using (MemoryStage first = await StartAsync(builder: under => under.UseStateFile(file), addresses: ["10.0.0.1", "10.0.0.2"]))
        {
            await first.Balancer.SetBackendStateAsync("site", "a@10.0.0.1", OperatorState.Maintenance);
            await first.Balancer.SetBackendWeightAsync("site", "a@10.0.0.2", 9);
        }

        await using MemoryStage second = await StartAsync(builder: under => under.UseStateFile(file), addresses: ["10.0.0.2"]);
        int weight = Assert.Single(second.Status.Pools[0].Backends).Weight;
        second.Network.SetAddresses(Name, "10.0.0.1", "10.0.0.2");
        second.Time.Advance(TimeSpan.FromSeconds(12));

        Assert.Equal(9, weight);
        Assert.Equal(OperatorState.Maintenance, second.Status.Pools[0].Backends.Single(backend => backend.Name == "a@10.0.0.1").OperatorState);
    }

    [Fact]
    public async Task SetBackendStateAsync_NameInsteadOfAnAddress_SaysWhichThereAre()
    {
        await using MemoryStage stage = await StartAsync(addresses: ["10.0.0.1", "10.0.0.2"]);

        ArgumentException refused = await Assert.ThrowsAsync<ArgumentException>(() => stage.Balancer.SetBackendStateAsync("site", "a", OperatorState.Draining));

        Assert.Contains("its backends are a@10.0.0.1, a@10.0.0.2", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_AddressOfTheListenerItself_IsLeftOut()
    {
        using var log = new RecordingLoggerFactory();
        await using MemoryStage stage = await StartAsync(builder: under => under.UseLoggerFactory(log), addresses: ["10.0.0.1", "192.0.2.1"]);
        stage.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(["a@10.0.0.1"], Backends(stage));
        Assert.Single(log.Lines, line => line.Id == 401);
    }

    private static async Task<MemoryStage> StartAsync(
        Action<BackendPoolOptions>? pool = null, Action<LoadBalancerBuilder>? builder = null, params string[] addresses)
    {
        MemoryStage stage = await MemoryStage.StartAsync(
            backends: 3,
            pool: site =>
            {
                site.Backends.Clear();
                site.AddBackend("a", $"{Name}:80");
                pool?.Invoke(site);
            },
            builder: builder,
            names: network => network.SetAddresses(Name, addresses));
        return stage.NameTheBackends();
    }

    private static LoadBalancerOptions Options(Action<BackendPoolOptions> change)
    {
        var options = new LoadBalancerOptions { MaxConnections = 1024 };
        options.Listeners.Add("web", new ListenerOptions { Bind = MemoryStage.Listener, Pool = "site" });
        var pool = new BackendPoolOptions();
        change(pool);
        options.Pools.Add("site", pool);
        return options;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_names")]
    private static extern ref NameMonitor NamesOf(StatusReader status);

    private static string[] Backends(MemoryStage stage) => [.. stage.Status.Pools[0].Backends.Select(backend => backend.Name)];
}
