// SPDX-License-Identifier: MIT
using FsCheck;
using FsCheck.Fluent;
using LbEngine.Configuration;
using LbEngine.ConsoleHost.Configuration;
using LbEngine.Tests.Configuration.Schema;

namespace LbEngine.Tests.Configuration;

public class LoadBalancerOptionsWriterTests
{
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(42, 43);

    [Fact]
    public void ToYaml_AnyOptions_AreReadBackAsTheyWere() =>
        Prop.ForAll(RandomOptions.Arbitrary(), options => IsSame(options, Reading.ReadYaml(LoadBalancerOptionsWriter.ToYaml(options)))).Check(Runs);

    [Fact]
    public void ToJson_AnyOptions_AreReadBackAsTheyWere() =>
        Prop.ForAll(RandomOptions.Arbitrary(), options => IsSame(options, Reading.ReadJson(LoadBalancerOptionsWriter.ToJson(options)))).Check(Runs);

    [Fact]
    public void ToYaml_FullDocument_IsWrittenAsPeopleWriteIt()
    {
        LoadBalancerOptionsReadResult read = Reading.ReadYaml(FullDocumentTests.Yaml);

        Assert.Equal(
            """
            drain: { delay: 5s }
            admin: { bind: unix:lb.sock }
            listeners:
              web:
                bind: 0.0.0.0:8080
                pool: site
                clientPrefixV4: 24
                clientPrefixV6: 56
                allow: [10.0.0.0/8, 2001:db8::/32]
                deny: [10.1.0.0/16, 10.0.0.7]
                rate:
                  perClient: 10/s
                  burst: 20
                  prefixV4: 24
                  prefixV6: 48
                  total: 600/m
                  totalBurst: 30
                  over: drop
                idleTimeout: 15m
                whenFull: refuse
                halfCloseTimeout: 1m
                inspectTimeout: 5s
                maxInspecting: 5000
              dns:
                bind: 0.0.0.0:8080
                protocol: udp
                pool: site
                maxConnectionsPerClient: 100
                idleTimeout: 30s
                unansweredTimeout: 5s
                requests: 1
                responses: 2
                maxReplyRatio: 3
            """ + "\n",
            string.Concat(LoadBalancerOptionsWriter.ToYaml(read.GetOptionsOrThrow(), LbSections.All).Split("pools:")[0]));
    }

    [Fact]
    public void ToYaml_HostSection_IsWrittenForAHostAlone()
    {
        string yaml = FullDocumentTests.Yaml.Replace("admin: { bind: \"unix:lb.sock\" }", "admin: off", StringComparison.Ordinal);

        LoadBalancerOptionsReadResult read = Reading.ReadYaml(yaml);

        Assert.Empty(Reading.Lines(read.Errors));
        Assert.StartsWith("drain: { delay: 5s }\nadmin: off\n", LoadBalancerOptionsWriter.ToYaml(read.Options, LbSections.All), StringComparison.Ordinal);
        Assert.DoesNotContain("admin", LoadBalancerOptionsWriter.ToYaml(read.Options), StringComparison.Ordinal);
    }

    [Fact]
    public void ToYaml_DurationsFinerThanAMillisecond_AreWrittenAsTheEngineCountsThem()
    {
        LoadBalancerOptions options = OptionTree.Create();
        options.Pools["site"].ConnectTimeout = TimeSpan.FromTicks(12_345_678);

        Assert.Equal(TimeSpan.FromMilliseconds(1234), Reading.ReadYaml(LoadBalancerOptionsWriter.ToYaml(options)).Options.Pools["site"].ConnectTimeout);
    }

    private static bool IsSame(LoadBalancerOptions options, LoadBalancerOptionsReadResult read)
    {
        Assert.Empty(Reading.Lines(read.Errors));
        Assert.Equal(OptionTree.Read(options), OptionTree.Read(read.Options));
        return true;
    }
}
