// SPDX-License-Identifier: MIT
using LbEngine.Configuration;

namespace LbEngine.Tests.Configuration.Documents;

/// <summary>Access lists and rates as documents say them, right and wrong.</summary>
public class AccessMistakeTests
{
    private const string Network = "a network such as 10.0.0.0/8 or 2001:db8::/32, an address alone, or file: and a path";

    [Theory]
    [InlineData("allow: 10.0.0.0/8", "10.0.0.0/8")]
    [InlineData("allow: [10.0.0.0/8, \"2001:db8::/32\"]", "10.0.0.0/8 2001:db8::/32")]
    [InlineData("allow: [\"file:a list.txt\"]", "file:a list.txt")]
    public void Read_ListOrOneText_IsTheList(string setting, string expected)
    {
        LoadBalancerOptionsReadResult read = Read(setting);

        Assert.Empty(Reading.Lines(read.Errors));
        Assert.Equal(expected, string.Join(' ', read.Options.Listeners["web"].Allow));
    }

    [Theory]
    [InlineData("deny: []",
        "line 4: listeners.web.deny: must be a list, each of it " + Network + ", was an empty list; write at least one, or leave the name out")]
    [InlineData("deny:", "line 4: listeners.web.deny: must be a list, each of it " + Network + ", was empty; write at least one, or leave the name out")]
    [InlineData("deny: { a: b }",
        "line 4: listeners.web.deny: must be a list, each of it " + Network + ", was a mapping; write at least one, or leave the name out")]
    [InlineData("deny:\n      - 10.0.0.0/8\n      - 10.0.0.1/8",
        "line 6: listeners.web.deny: has bits behind its prefix: write 10.0.0.0/8 for the network, or 10.0.0.1 for the address alone, was '10.0.0.1/8'")]
    [InlineData("deny: [[10.0.0.0/8]]", "line 4: listeners.web.deny: must be " + Network + ", was a list")]
    [InlineData("deny: /etc/blocked", "line 4: listeners.web.deny: looks like a file: write file: and its path, was '/etc/blocked'")]
    [InlineData("deny: [\"file:\"]", "line 4: listeners.web.deny: lacks the path of a file: write it such as file:/etc/lb/office.txt, was 'file:'")]
    [InlineData("deny: [\"file://etc/x\"]", "line 4: listeners.web.deny: is no URL: write file:/ and the path, was 'file://etc/x'")]
    [InlineData("allow: [10.0.0.0/8]\n    deny: [10.0.0.0/8, 10.0.0.0/9]", "line 5: listeners.web.deny: 10.0.0.0/8 is in allow too: keep it in one of the two")]
    [InlineData("rate: {}", "line 4: listeners.web.rate.perClient: is required, unless there is total: write how many may come, such as 10/s, or remove rate")]
    [InlineData("rate: { perClient: 10 }", "line 4: listeners.web.rate.perClient: needs a time (s, m, h): write 10/s, was '10'")]
    [InlineData("rate: { perClient: 10/s, burst: 0 }", "line 4: listeners.web.rate.burst: must be from 1 to 1000000, was 0")]
    [InlineData("rate: { total: 10/s, burst: 5 }", "line 4: listeners.web.rate.burst: has no meaning without perClient: write perClient, or remove it")]
    [InlineData("rate: { perClient: 10/s, totalBurst: 5 }", "line 4: listeners.web.rate.totalBurst: has no meaning without total: write total, or remove it")]
    [InlineData("rate: { perClient: 1/h, burst: 25 }",
        "line 4: listeners.web.rate.burst: 25 at 1/h take longer than a day to come again: write less, or a higher perClient")]
    [InlineData("rate: { perClient: 1/s, over: wait }", "line 4: listeners.web.rate.over: must be one of reset, drop, was 'wait'")]
    [InlineData("rate: 10/s", "line 4: listeners.web.rate: must be off, or a mapping such as { perClient: 10/s, burst: 20 }, was '10/s'")]
    public void Read_Mistake_SaysWhereAndWhatToWrite(string setting, string expected) => Assert.Equal([expected], Reading.Lines(Read(setting).Errors));

    [Fact]
    public void Read_ResetOverUdp_IsRefusedSinceThereIsNothingToReset() => Assert.Equal(
        ["line 4: listeners.web.rate: over: reset has no meaning for udp, where what is over is dropped: remove over"],
        Reading.Lines(Read("rate: { perClient: 1/s, over: reset }\n    protocol: udp").Errors));

    [Fact]
    public void Read_ListsAndRateInTheDefaults_HoldForListenersThatSayNothing()
    {
        LoadBalancerOptionsReadResult read = Reading.ReadYaml("""
            defaults: { listeners: { deny: [10.0.0.0/8], rate: { perClient: 5/s } } }
            listeners:
              one: { bind: 127.0.0.1:81, pool: site }
              two: { bind: 127.0.0.1:82, pool: site, deny: [192.0.2.1], rate: off }
              three: { bind: 127.0.0.1:83, pool: site, rate: { burst: 9 } }
            pools: { site: { backends: { a: { address: 10.0.0.1:80 } } } }
            """);

        Assert.Empty(Reading.Lines(read.Errors));
        Assert.Equal(["10.0.0.0/8", "192.0.2.1", "10.0.0.0/8"], read.Options.Listeners.Values.Select(listener => Assert.Single(listener.Deny)));
        Assert.Equal(["5/s", null, "5/s"], read.Options.Listeners.Values.Select(listener => listener.Rate?.PerClient));
        Assert.Equal(9, read.Options.Listeners["three"].Rate!.Burst);
    }

    [Fact]
    public void Read_WrongNetworkInTheDefaults_IsToldOnceWhereItStands()
    {
        LoadBalancerOptionsReadResult read = Reading.ReadYaml("""
            defaults:
              listeners:
                deny: [10.0.0.1/8]
            listeners:
              one: { bind: 127.0.0.1:81, pool: site }
              two: { bind: 127.0.0.1:82, pool: site }
            pools: { site: { backends: { a: { address: 10.0.0.1:80 } } } }
            """);

        Assert.StartsWith("line 3: defaults.listeners.deny: has bits behind its prefix", Assert.Single(Reading.Lines(read.Errors)), StringComparison.Ordinal);
    }

    private static LoadBalancerOptionsReadResult Read(string setting) => Reading.ReadYaml(
        "pools: { site: { backends: { a: { address: 10.0.0.1:80 } } } }\nlisteners:\n  web: # bind below\n"
        + $"    {setting}\n    bind: 127.0.0.1:80\n    pool: site\n");
}
