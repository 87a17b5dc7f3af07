// SPDX-License-Identifier: MIT
using System.Text;
using LbEngine.Configuration;
using LbEngine.ConsoleHost.Configuration;
using Microsoft.Extensions.Configuration;

namespace LbEngine.Tests.Configuration.Documents;

/// <summary>The same schema in a section of an <c>IConfiguration</c>.</summary>
public class SectionTests
{
    [Fact]
    public void Read_EverySettingFromAppSettings_IsTheSameAsFromTheFile()
    {
        LoadBalancerOptionsReadResult result = LoadBalancerOptionsReader.Read(FromJson(FullDocumentTests.Json), hostSections: LbSections.All);

        Assert.Empty(Reading.Lines(result.Errors));
        Assert.Empty(Reading.Lines(result.Warnings));
        Assert.Equal(30, result.Options.Pools["site"].Backends["b"].Weight);
    }

    [Fact]
    public void Read_KeysInAnotherCase_AreTheSameKeys()
    {
        LoadBalancerOptionsReadResult result = Read(
            ("LISTENERS:web:BIND", "127.0.0.1:0"),
            ("listeners:web:Pool", "site"),
            ("listeners:web:keepalive", "False"),
            ("Pools:site:backends:a:address", "10.0.0.1:80"));

        Assert.Empty(Reading.Lines(result.Errors));
        Assert.Null(result.Options.Listeners["web"].KeepAlive);
    }

    [Fact]
    public void Read_ListOfListeners_IsRefusedAsAList()
    {
        LoadBalancerOptionsReadResult result = Read(("listeners:0:bind", "127.0.0.1:0"), ("pools:site:backends:a:address", "10.0.0.1:80"));

        Assert.Equal(
            ["listeners: must be a mapping from names to settings, such as listeners: { name: { ... } }, was a list"],
            Reading.Lines(result.Errors));
    }

    [Fact]
    public void Read_ValueOfOneSourceOverSettingsOfAnother_IsRefused()
    {
        LoadBalancerOptionsReadResult result = Read(
            ("listeners:web:bind", "127.0.0.1:0"),
            ("listeners:web:pool", "site"),
            ("listeners:web:keepAlive", "off"),
            ("listeners:web:keepAlive:idle", "30s"),
            ("pools:site:backends:a:address", "10.0.0.1:80"));

        Assert.Equal(
            ["listeners.web.keepAlive: has a value, 'off', and settings inside it (idle); keep one of the two"],
            Reading.Lines(result.Errors));
    }

    [Fact]
    public void Read_NoSection_SaysThatItIsEmpty()
    {
        LoadBalancerOptionsReadResult result = LoadBalancerOptionsReader.Read(new ConfigurationBuilder().Build().GetSection("LoadBalancer"));

        Assert.Equal(["must be a mapping with listeners and pools, was empty"], Reading.Lines(result.Errors));
    }

    [Fact]
    public void Read_SchedulerThatTheEmbedderAdds_IsKnown()
    {
        IConfiguration section = FromJson(FullDocumentTests.Json.Replace("weighted-least-connections", "mine", StringComparison.Ordinal));

        Assert.Single(LoadBalancerOptionsReader.Read(section).Errors);
        Assert.Empty(LoadBalancerOptionsReader.Read(section, ["mine"]).Errors);
    }

    private static LoadBalancerOptionsReadResult Read(params (string Key, string Value)[] settings) =>
        LoadBalancerOptionsReader.Read(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create<string, string?>("LoadBalancer:" + setting.Key, setting.Value)))
            .Build()
            .GetSection("LoadBalancer"));

    private static IConfigurationSection FromJson(string json) => new ConfigurationBuilder()
        .AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes($"{{ \"LoadBalancer\": {json} }}")))
        .Build()
        .GetSection("LoadBalancer");
}
