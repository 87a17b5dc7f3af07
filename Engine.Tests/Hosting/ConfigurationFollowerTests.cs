// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.Testing;
using LbEngine.Tests.Harness;
using Microsoft.Extensions.Logging;

namespace LbEngine.Tests.Hosting;

public sealed class ConfigurationFollowerTests
{
    [Fact]
    public async Task Section_Changed_IsInForceAndSaysWhatIsDifferent()
    {
        await using var stage = new HostStage();
        await stage.StartAsync();
        MemoryClient client = stage.Network.Connect("198.51.100.1", to: "192.0.2.1:80");

        stage.Change(("pools:site:backends:a:weight", "7"), ("pools:site:backends:b:address", "10.0.0.2:80"));
        await stage.WaitForLogAsync("pools.site.backends.b added");

        BackendPoolOptions site = stage.Balancer.GetConfiguration().Pools["site"];
        Assert.Equal((7, "10.0.0.2:80"), (site.Backends["a"].Weight, site.Backends["b"].Address));
        Assert.Contains("The host's configuration has changed: pools.site.backends.a.weight changed from 1 to 7.", stage.Texts);
        Assert.Equal(MemoryClose.None, client.Closed);
    }

    [Theory]
    [InlineData("pools:site:backends:a:weight", "heavy", "pools.site.backends.a.weight", null)]
    [InlineData("pools:site:backends:a:wieght", "7", "pools.site.backends.a.wieght", null)]
    [InlineData("reactors", "3", "reactors", null)]
    [InlineData("listeners:web:pool", "none", "listeners.web.pool", "site")]
    public async Task Section_ChangedToAMistake_NamesItsPathOnceAndTheOldStays(string key, string value, string path, string? mended)
    {
        await using var stage = new HostStage();
        await stage.StartAsync();

        stage.Change((key, value), ("pools:site:backends:b:address", "10.0.0.2:80"));
        await stage.WaitForLogAsync("stays in force");
        stage.Change((key, value));
        stage.Change((key, value));
        stage.Change((key, mended), ("pools:site:backends:a:weight", "9"));
        await stage.WaitForLogAsync("a.weight changed from 1 to 9");

        (int Id, LogLevel Level, string Text) line = Assert.Single(stage.Log.Lines, line => line.Text.Contains("cannot be used", StringComparison.Ordinal));
        Assert.Equal(LogLevel.Error, line.Level);
        Assert.Contains($"cannot be used: {path}: ", line.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Section_Vanished_IsOneMistakeAndTheOldStays()
    {
        await using var stage = new HostStage();
        await stage.StartAsync();

        stage.Change(("listeners:web:bind", null), ("listeners:web:pool", null), ("pools:site:backends:a:address", null));
        await stage.WaitForLogAsync("stays in force (mistakes: 1)");

        Assert.Equal("10.0.0.1:80", stage.Balancer.GetConfiguration().Pools["site"].Backends["a"].Address);
    }

    [Fact]
    public async Task Section_ChangedBetweenBuildAndStart_IsInForceSoonAfter()
    {
        await using var stage = new HostStage();

        stage.Change(("pools:site:backends:a:weight", "7"));
        await stage.StartAsync();

        await Waiting.UntilAsync(() => stage.Balancer.GetConfiguration().Pools["site"].Backends["a"].Weight == 7, "the weight is that of the section");
    }

    [Fact]
    public async Task Section_NotToBeFollowed_ChangesNothing()
    {
        await using var stage = new HostStage(followChanges: false);
        await stage.StartAsync();

        stage.Change(("pools:site:backends:a:weight", "7"));
        await stage.StopAsync();

        Assert.Equal(1, stage.Balancer.GetConfiguration().Pools["site"].Backends["a"].Weight);
    }

    [Fact]
    public async Task Section_ChangedAfterTheStop_IsNotReadAnyMore()
    {
        await using var stage = new HostStage();
        await stage.StartAsync();
        await stage.StopAsync();

        stage.Change(("pools:site:backends:a:weight", "heavy"));

        Assert.DoesNotContain(stage.Log.Lines, line => line.Level >= LogLevel.Warning);
    }
}
