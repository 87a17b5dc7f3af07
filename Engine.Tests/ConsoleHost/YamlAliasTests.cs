// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.Tests.Configuration;

namespace LbEngine.Tests.ConsoleHost;

/// <summary>Marks, aliases and merge keys of YAML.</summary>
public class YamlAliasTests
{
    [Fact]
    public void Read_MergeKeys_OwnNamesGoBeforeMergedOnesAndTheFirstBeforeTheNext()
    {
        LoadBalancerOptions options = Right("""
            x-one: &one { weight: 3, maxConnections: 30 }
            x-two: &two { weight: 5, maxConnections: 50, address: 10.0.0.9:80 }
            listeners: { web: { bind: "*:80", pool: site } }
            pools:
              site:
                backends:
                  a: &a { <<: *one, address: 10.0.0.1:80 }
                  b: { <<: [*one, *two] }
                  c: { address: 10.0.0.3:80, weight: 1, <<: *two }
                  d: { <<: *a, address: 10.0.0.4:80 }
            """);

        Assert.Equal(
            ["a 10.0.0.1:80 3 30", "b 10.0.0.9:80 3 30", "c 10.0.0.3:80 1 50", "d 10.0.0.4:80 3 30"],
            options.Pools["site"].Backends.Select(one => $"{one.Key} {one.Value.Address} {one.Value.Weight} {one.Value.MaxConnections}"));
    }

    [Fact]
    public void Read_AliasOfAValueAndOfASection_RepeatsIt()
    {
        LoadBalancerOptions options = Right("""
            listeners:
              web:
                bind: "*:80"
                pool: &pool site
                idleTimeout: &idle 77s
                keepAlive: &keep { idle: 9s }
              api: { bind: "*:81", pool: *pool, idleTimeout: *idle, keepAlive: *keep }
            pools: { site: { backends: { a: { address: 10.0.0.1:80 } } } }
            """);

        ListenerOptions api = options.Listeners["api"];
        Assert.Equal(("site", TimeSpan.FromSeconds(77), TimeSpan.FromSeconds(9)), (api.Pool, api.IdleTimeout, api.KeepAlive!.Idle));
    }

    [Fact]
    public void Read_MarkOfAValueInBraces_SaysWhereItMayStand() => Assert.Equal(
        ["line 1: in braces a single value takes no mark: write pool: &pool on a line of its own, without braces"],
        Reading.Lines(Reading.ReadYaml("listeners: { web: { bind: \"*:80\", pool: &pool site, keepAlive: &keep { idle: 9s } } }\n").Errors));

    [Fact]
    public void Read_MistakeInWhatIsRepeated_HasTheLineWhereItIsWritten()
    {
        string[] lines = Reading.Lines(Reading.ReadYaml("""
            x-one: &one
              weight: heavy
            listeners: { web: { bind: "*:80", pool: site } }
            pools: { site: { backends: { a: { <<: *one, address: "10.0.0.1:80" } } } }
            """).Errors);

        Assert.StartsWith("line 2: pools.site.backends.a.weight: must be a whole number", Assert.Single(lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_QuotedMergeKey_IsANameLikeOthers() =>
        Assert.Contains("is not a known setting", Reading.ReadYaml("\"<<\": { reactors: 1 }\n").Errors[0].Message, StringComparison.Ordinal);

    [Fact]
    public void Read_AliasesThatUnfoldToBillions_AreRefusedInTime()
    {
        string text = "x-0: &a0 [1, 2, 3, 4, 5, 6, 7, 8, 9]\n" + string.Concat(Enumerable.Range(1, 12).Select(
            i => $"x-{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 9))}]\n"));

        ConfigurationError error = Assert.Single(Reading.ReadYaml(text).Errors);

        Assert.Equal("aliases repeat more than 100000 values: write fewer of them", error.Message);
        Assert.NotNull(error.Line);
    }

    [Fact]
    public void Read_AliasesThatNestTooDeep_AreRefused()
    {
        string text = "x-0: &a0 [1]\n" + string.Concat(Enumerable.Range(1, 40).Select(i => $"x-{i}: &a{i} [*a{i - 1}]\n"));

        Assert.Equal("is nested deeper than 32 levels", Assert.Single(Reading.ReadYaml(text).Errors).Message);
    }

    private static LoadBalancerOptions Right(string yaml)
    {
        LoadBalancerOptionsReadResult result = Reading.ReadYaml(yaml);
        Assert.Empty(Reading.Lines(result.Errors));
        return result.Options;
    }
}
