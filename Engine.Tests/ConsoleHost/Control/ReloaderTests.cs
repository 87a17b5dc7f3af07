// SPDX-License-Identifier: MIT
using LbEngine.Admin;
using LbEngine.Configuration;
using LbEngine.ConsoleHost.Configuration;
using LbEngine.ConsoleHost.Control;
using LbEngine.ConsoleHost.Systemd;
using LbEngine.Testing;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Transport.Linux;

namespace LbEngine.Tests.ConsoleHost.Control;

/// <summary>Reloads of a balancer that is not started, under a clock that the test moves.</summary>
public sealed class ReloaderTests : IAsyncDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly RecordingLoggerFactory _log = new();
    private readonly TemporaryFile _file = new("lb.yaml", Document(weight: 1));
    private readonly LoadBalancer _balancer;
    private readonly ServiceNotifier _notifier = ServiceNotifier.FromEnvironment(TimeProvider.System);
    private readonly Reloader _reloader;

    public ReloaderTests()
    {
        LoadBalancerOptionsReadResult read = ConfigurationFile.Read(_file.Path);
        _balancer = new LoadBalancerBuilder().Configure(read.GetOptionsOrThrow()).Build();
        _reloader = new Reloader(_file.Path, FileStamp.Read(_file.Path), read.GetSection(LbSections.Admin), _balancer, _notifier, _time, _log.CreateLogger("lb"));
    }

    public async ValueTask DisposeAsync()
    {
        _reloader.Dispose();
        await _balancer.DisposeAsync();
        _notifier.Dispose();
        _file.Dispose();
    }

    [Fact]
    public async Task Request_ManyWithinTheWindow_AreOneReloadOfTheLastContent()
    {
        Task<ReloadResult> first = _reloader.RequestAsync("SIGHUP");
        _time.Advance(Reloader.Window / 2);
        File.WriteAllText(_file.Path, Document(weight: 5));
        Task<ReloadResult> second = _reloader.RequestAsync("a change of the file");

        Assert.False(first.IsCompleted);
        _time.Advance(Reloader.Window / 2);

        Assert.Same(await first, await second);
        Assert.Equal("pools.site.backends.a.weight", Assert.Single((await first).Changes).Path);
        Assert.Equal(5, _balancer.GetStatus().Pools[0].Backends[0].Weight);
        Assert.Equal($"Reloaded {_file.Path} because of SIGHUP and a change of the file; changes: 1.", Assert.Single(_log.Lines).Text);
    }

    [Fact]
    public async Task Request_HundredInASecond_AreFourReloads()
    {
        var results = new List<Task<ReloadResult>>();
        for (int i = 0; i < 100; i++)
        {
            results.Add(_reloader.RequestAsync("SIGHUP"));
            _time.Advance(TimeSpan.FromMilliseconds(10));
            await SettleAsync(results);
        }

        _time.Advance(Reloader.Window);
        ReloadResult[] all = await Task.WhenAll(results).WaitAsync(Waiting.DefaultLimit);

        Assert.Equal(4, all.Distinct().Count());
    }

    [Fact]
    public async Task Request_BrokenFile_LeavesEverythingAndLogsOneLineWithTheLine()
    {
        File.WriteAllText(_file.Path, Document(weight: 5) + "nonsense: 1\n");

        ReloadResult result = await ReloadAsync();

        Assert.True(result.IsRefused);
        Assert.Equal(3, Assert.Single(result.Mistakes).Line);
        Assert.Equal(1, _balancer.GetStatus().Pools[0].Backends[0].Weight);
        string line = Assert.Single(_log.Lines).Text;
        Assert.Contains($"{_file.Path}:3: nonsense: is not a known setting", line, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', line);
    }

    [Fact]
    public async Task Request_FileThatIsGone_LeavesEverything()
    {
        File.Delete(_file.Path);

        ReloadResult result = await ReloadAsync();

        Assert.Equal("there is no such file", Assert.Single(result.Mistakes).Message);
    }

    [Fact]
    public async Task ReadOrigin_FileThatIsEditedBrokenMendedAndRemoved_SaysWhetherItIsWhatWasLoaded()
    {
        ConfigurationFileState untouched = State();
        File.SetLastWriteTimeUtc(_file.Path, new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        ConfigurationFileState touched = State();
        File.WriteAllText(_file.Path, "nonsense");
        _ = await ReloadAsync();
        ConfigurationFileState refused = State();
        File.WriteAllText(_file.Path, Document(weight: 6));
        ConfigurationFileState edited = State();
        _ = await ReloadAsync();
        ConfigurationFileState reloaded = State();
        File.Delete(_file.Path);

        Assert.Equal((ConfigurationFileState.Loaded, ConfigurationFileState.Loaded), (untouched, touched));
        Assert.Equal((ConfigurationFileState.Changed, ConfigurationFileState.Changed), (refused, edited));
        Assert.Equal((ConfigurationFileState.Loaded, ConfigurationFileState.Missing), (reloaded, State()));
        Assert.Equal(Path.GetFullPath(_file.Path), _reloader.ReadOrigin().File);

        ConfigurationFileState State() => _reloader.ReadOrigin().State;
    }

    [Fact]
    public async Task Request_AfterARefusal_GoesByTheMendedFile()
    {
        File.WriteAllText(_file.Path, "nonsense");
        _ = await ReloadAsync();
        File.WriteAllText(_file.Path, Document(weight: 6));

        ReloadResult result = await ReloadAsync();

        Assert.False(result.IsRefused);
        Assert.Equal(6, _balancer.GetStatus().Pools[0].Backends[0].Weight);
    }

    [LinuxFact]
    public async Task Request_FileThatIsAPipeForAWhile_IsRefusedAtOnceAndGoesByTheFileWhenItIsBack()
    {
        File.Delete(_file.Path);
        SpecialFile.MakePipe(_file.Path);
        ReloadResult refused = await ReloadAsync();
        File.Delete(_file.Path);
        File.WriteAllText(_file.Path, Document(weight: 6));

        ReloadResult result = await ReloadAsync();

        Assert.Equal("is a pipe; name a regular file", Assert.Single(refused.Mistakes).Message);
        Assert.False(result.IsRefused);
        Assert.Equal(6, _balancer.GetStatus().Pools[0].Backends[0].Weight);
    }

    [Fact]
    public async Task Request_OtherAdminAddress_IsTakenWithAWarning()
    {
        File.WriteAllText(_file.Path, "admin: off\n" + Document(weight: 5));

        ReloadResult result = await ReloadAsync();

        Assert.Equal("admin", Assert.Single(result.Warnings).Path);
        Assert.Equal(5, _balancer.GetStatus().Pools[0].Backends[0].Weight);
    }

    [Fact]
    public async Task Request_MostBackendsGone_NeedsForce()
    {
        File.WriteAllText(_file.Path, Document(weight: 1, backends: 6));
        _ = await ReloadAsync();
        File.WriteAllText(_file.Path, Document(weight: 1, backends: 1));

        ReloadResult refused = await ReloadAsync();
        ReloadResult forced = await ReloadAsync(force: true);

        Assert.Equal((true, false), (refused.IsRefused, forced.IsRefused));
        Assert.Single(_balancer.GetStatus().Pools[0].Backends);
    }

    [Fact]
    public async Task Request_BalancerThatHasStopped_IsAConflict()
    {
        File.WriteAllText(_file.Path, Document(weight: 5));
        await _balancer.DisposeAsync();

        ReloadResult result = await ReloadAsync();

        Assert.NotNull(result.Conflict);
    }

    private async Task<ReloadResult> ReloadAsync(bool force = false)
    {
        Task<ReloadResult> result = _reloader.RequestAsync("the test", force);
        _time.Advance(Reloader.Window);
        return await result.WaitAsync(Waiting.DefaultLimit);
    }

    /// <summary>The clock stands until every reload that it has begun is over.</summary>
    private async Task SettleAsync(List<Task<ReloadResult>> results)
    {
        if (_time.ArmedTimers == 0)
        {
            await results[^1].WaitAsync(Waiting.DefaultLimit);
        }
    }

    private static string Document(int weight, int backends = 1) =>
        $"listeners: {{ web: {{ bind: 127.0.0.1:0, pool: site }} }}\npools: {{ site: {{ backends: {{ {string.Join(", ", Enumerable.Range(0, backends).Select(i => $"{(char)('a' + i)}: {{ address: 127.0.0.1:{9 + i}, weight: {weight} }}"))} }} }} }}\n";
}
