// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.Configuration.Schema;

namespace LbEngine.Tests.Configuration.Schema;

public class ConfigurationCopyTests
{
    public static TheoryData<string> Settings() => [.. OptionTree.Settings(OptionTree.Create()).Select(setting => setting.Path)];

    public static TheoryData<string> Groups() => [.. OptionTree.Groups(OptionTree.Create()).Select(group => group.Path)];

    [Theory]
    [MemberData(nameof(Settings))]
    public void Of_SettingIsNotItsDefault_IsCopied(string path)
    {
        LoadBalancerOptions options = OptionTree.Create();
        OptionTree.Settings(options).Single(setting => setting.Path == path).Change();

        LoadBalancerOptions copy = ConfigurationCopy.Of(options);

        Assert.Equal(OptionTree.Read(options), OptionTree.Read(copy));
        Assert.NotEqual(OptionTree.Read(OptionTree.Create()), OptionTree.Read(copy));
    }

    [Theory]
    [MemberData(nameof(Groups))]
    public void Of_GroupIsLeftOut_StaysOut(string path)
    {
        LoadBalancerOptions options = OptionTree.Create();
        OptionTree.Groups(options).Single(group => group.Path == path).Remove();

        Assert.Equal(OptionTree.Read(options), OptionTree.Read(ConfigurationCopy.Of(options)));
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void Of_OriginalIsChangedAfterwards_CopyStaysAsItWas(string path)
    {
        LoadBalancerOptions options = OptionTree.Create();
        LoadBalancerOptions copy = ConfigurationCopy.Of(options);

        OptionTree.Settings(options).Single(setting => setting.Path == path).Change();

        Assert.Equal(OptionTree.Read(OptionTree.Create()), OptionTree.Read(copy));
    }
}
