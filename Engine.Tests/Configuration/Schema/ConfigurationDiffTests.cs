// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.Configuration.Schema;

namespace LbEngine.Tests.Configuration.Schema;

public class ConfigurationDiffTests
{
    public static TheoryData<string> Settings() =>
        [.. OptionTree.Settings(OptionTree.Create()).Select(setting => setting.Path)];

    public static TheoryData<string> Groups() =>
        [.. OptionTree.Groups(OptionTree.Create()).Select(group => group.Path)];

    [Theory]
    [MemberData(nameof(Settings))]
    public void Compare_OneSettingDiffers_IsOneChangeThatNamesItOrItsGroup(string path)
    {
        LoadBalancerOptions before = OptionTree.Create();
        LoadBalancerOptions after = OptionTree.Create();
        OptionTree.Settings(after).Single(setting => setting.Path == path).Change();

        // The idle time-out has another default for each protocol.
        ConfigurationChange change = Assert.Single(
            ConfigurationDiff.Compare(before, after, _ => 0),
            change => change.Path == path || !path.EndsWith(".protocol", StringComparison.Ordinal));

        Assert.StartsWith(change.Path, path, StringComparison.Ordinal);
        Assert.Equal(ConfigurationChangeKind.Changed, change.Kind);
        Assert.NotEqual(change.Before, change.After);
    }

    [Theory]
    [MemberData(nameof(Groups))]
    public void Compare_GroupIsLeftOut_IsAChange(string path)
    {
        LoadBalancerOptions before = OptionTree.Create();
        LoadBalancerOptions after = OptionTree.Create();
        OptionTree.Groups(after).Single(group => group.Path == path).Remove();

        ConfigurationChange change = Assert.Single(ConfigurationDiff.Compare(before, after, _ => 0));

        Assert.Equal((path, "off"), (change.Path, change.After));
    }

    [Fact]
    public void Compare_SameTwice_IsNoChange() => Assert.Empty(ConfigurationDiff.Compare(OptionTree.Create(), OptionTree.Create(), _ => 0));

    [Theory]
    [InlineData("listeners.web", ConfigurationChangeKind.Removed)]
    [InlineData("pools.site", ConfigurationChangeKind.Removed)]
    [InlineData("pools.site.backends.a", ConfigurationChangeKind.Removed)]
    public void Compare_WholeEntryIsGoneOrNew_IsOneChangeEachWay(string path, ConfigurationChangeKind gone)
    {
        LoadBalancerOptions with = OptionTree.Create();
        LoadBalancerOptions without = OptionTree.Create();
        _ = path switch
        {
            "listeners.web" => without.Listeners.Remove("web"),
            "pools.site" => without.Pools.Remove("site"),
            _ => without.Pools["site"].Backends.Remove("a"),
        };

        ConfigurationChange removed = Assert.Single(ConfigurationDiff.Compare(with, without, concerned => concerned == path ? 5 : -1));
        ConfigurationChange added = Assert.Single(ConfigurationDiff.Compare(without, with, _ => 0));

        Assert.Equal((gone, path, 5), (removed.Kind, removed.Path, removed.Connections));
        Assert.Equal((ConfigurationChangeKind.Added, path), (added.Kind, added.Path));
        Assert.Equal((removed.Before, ""), (added.After, added.Before));
    }

    [Fact]
    public void IsSame_EachSettingOfAPool_Counts()
    {
        foreach (string path in OptionTree.Settings(OptionTree.Create().Pools["site"]).Select(setting => setting.Path))
        {
            BackendPoolOptions changed = OptionTree.Create().Pools["site"];
            OptionTree.Settings(changed).Single(setting => setting.Path == path).Change();

            Assert.False(ConfigurationDiff.IsSame(OptionTree.Create().Pools["site"], changed), $"A change of {path} was not seen.");
        }

        Assert.True(ConfigurationDiff.IsSame(OptionTree.Create().Pools["site"], OptionTree.Create().Pools["site"]));
    }
}
