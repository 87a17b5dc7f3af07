// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Control.Operator;
using LbEngine.Files;
using LbEngine.Scheduling;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Host;

namespace LbEngine.Tests.Control.Operator;

/// <summary>What an operator has set: over the configuration, and over restarts.</summary>
public sealed class OperatorSettingsTests : IDisposable
{
    private const int Broken = 404;
    private const int Failed = 405;

    private static readonly BackendOptions Configured = new() { Address = "10.0.0.1:80", Weight = 3 };

    private readonly TemporaryDirectory _directory = new();
    private readonly RecordingLoggerFactory _log = new();

    private string FilePath => Path.Combine(_directory.Path, "state.json");

    public void Dispose()
    {
        _log.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void ApplyTo_NothingIsSet_GoesByTheConfiguration()
    {
        Backend backend = NewBackend();

        new OperatorSettings(null, _log).ApplyTo(backend, Configured);

        Assert.Equal((OperatorState.Ready, 3), (backend.OperatorState, backend.Weight));
    }

    [Fact]
    public void ApplyTo_StateAndWeightAreSet_GoBeforeTheConfiguration()
    {
        Backend backend = NewBackend();
        var settings = new OperatorSettings(null, _log);

        settings.Set("site", "a", new OperatorSetting(OperatorState.Draining, 7));
        settings.ApplyTo(backend, Configured);

        Assert.Equal((OperatorState.Draining, 7), (backend.OperatorState, backend.Weight));
    }

    [Fact]
    public void Load_AfterSave_KnowsWhatWasSetForBackendsThatArePresent()
    {
        var before = new OperatorSettings(new OperatorSettingsFile(FilePath), _log);
        before.Set("site", "a", new OperatorSetting(OperatorState.Maintenance, null));
        before.Set("site", "gone", new OperatorSetting(OperatorState.Draining, 1));
        before.Save();

        var after = new OperatorSettings(new OperatorSettingsFile(FilePath), _log);
        after.Load((_, backend) => backend != "gone");

        Assert.Equal(new OperatorSetting(OperatorState.Maintenance, null), after.Find("site", "a"));
        Assert.Equal(default, after.Find("site", "gone"));
    }

    [Fact]
    public void ForgetUnless_OneIsGone_FileForgetsItToo()
    {
        var settings = new OperatorSettings(new OperatorSettingsFile(FilePath), _log);
        settings.Set("site", "a", new OperatorSetting(OperatorState.Draining, null));
        settings.Set("site", "gone", new OperatorSetting(OperatorState.Draining, null));

        settings.ForgetUnless((_, backend) => backend != "gone");

        Assert.Equal(["a"], new OperatorSettingsFile(FilePath).Load().Select(entry => entry.Backend));
    }

    [Fact]
    public void Set_NothingAnyMore_LeavesNoEntry()
    {
        var settings = new OperatorSettings(new OperatorSettingsFile(FilePath), _log);
        settings.Set("site", "a", new OperatorSetting(OperatorState.Draining, null));

        settings.Set("site", "a", default);
        settings.Save();

        Assert.Empty(new OperatorSettingsFile(FilePath).Load());
    }

    [Fact]
    public void Load_FileIsBroken_PutsItAsideAndSaysSo()
    {
        File.WriteAllText(FilePath, """{ "version": 1, "backends": [ { "pool": "site", "back""");
        var settings = new OperatorSettings(new OperatorSettingsFile(FilePath), _log);

        settings.Load((_, _) => true);

        Assert.Equal([Broken], _log.Lines.Select(line => line.Id));
        Assert.Equal((false, true), (File.Exists(FilePath), File.Exists(FilePath + ".broken")));
    }

    [Theory]
    [InlineData("listeners: { web: { bind: 127.0.0.1:80, pool: site } }")]
    [InlineData("""{ "listeners": { "web": { "bind": "127.0.0.1:80", "pool": "site" } } }""")]
    [InlineData("{ listeners: { web: { bind: 127.0.0.1:80, pool: site } } }")]
    [InlineData("{ not a state")]
    [InlineData("{")]
    [InlineData("[1]")]
    public void LoadAndSave_FileOfAnotherKind_IsRefusedByNameAndNeverTouched(string content)
    {
        File.WriteAllText(FilePath, content);
        DateTime written = File.GetLastWriteTimeUtc(FilePath);
        var settings = new OperatorSettings(new OperatorSettingsFile(FilePath), _log);

        string message = Assert.Throws<RefusedFileException>(() => settings.Load((_, _) => true)).Message;
        settings.Set("site", "a", new OperatorSetting(OperatorState.Draining, null));
        settings.Save();

        Assert.Equal($"{FilePath}: is another kind of file, and is left as it is; name one that is not there yet", message);
        Assert.Equal([Failed], _log.Lines.Select(line => line.Id));
        Assert.Equal([FilePath], Directory.GetFileSystemEntries(_directory.Path));
        Assert.Equal((content, written), (File.ReadAllText(FilePath), File.GetLastWriteTimeUtc(FilePath)));
    }

    [Theory]
    [InlineData("""{ "version": 1, "backends": [] }""")]
    [InlineData("""{ "backends": [], "version": 1 }""")]
    [InlineData("")]
    public void LoadAndSave_StateFileInAnyOrderOrEmpty_IsTaken(string content)
    {
        File.WriteAllText(FilePath, content);
        var settings = new OperatorSettings(new OperatorSettingsFile(FilePath), _log);

        settings.Load((_, _) => true);
        settings.Set("site", "a", new OperatorSetting(OperatorState.Draining, null));
        settings.Save();

        Assert.Empty(_log.Lines);
        Assert.Single(new OperatorSettingsFile(FilePath).Load());
    }

    [Fact]
    public void Save_TenThousandBackends_AreReadAgain()
    {
        var settings = new OperatorSettings(new OperatorSettingsFile(FilePath), _log);
        for (int i = 0; i < 10_000; i++)
        {
            settings.Set("site", $"b{i}", new OperatorSetting(OperatorState.Draining, i));
        }

        settings.Save();
        settings.Set("site", "b0", new OperatorSetting(OperatorState.Draining, 7));
        settings.Save();

        Assert.Equal(10_000, new OperatorSettingsFile(FilePath).Load().Count);
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public void Save_CannotBeWritten_IsInForceAllTheSameAndSaysSo()
    {
        var settings = new OperatorSettings(new OperatorSettingsFile(Path.Combine(_directory.Path, "missing", "state.json")), _log);

        settings.Set("site", "a", new OperatorSetting(OperatorState.Draining, null));
        settings.Save();

        Assert.Equal(OperatorState.Draining, settings.Find("site", "a").State);
        Assert.Equal([Failed], _log.Lines.Select(line => line.Id));
    }

    private static Backend NewBackend()
    {
        var pool = new BackendPool(0, "site", "test", set => new WeightedLeastConnectionsScheduler(set));
        return pool.Add(0, new BackendDefinition("a", IPEndPoint.Parse(Configured.Address), Configured.Weight, int.MaxValue));
    }
}
