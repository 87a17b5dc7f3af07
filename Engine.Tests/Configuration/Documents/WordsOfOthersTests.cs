// SPDX-License-Identifier: MIT
using LbEngine.ConsoleHost.Commands;
using Microsoft.Extensions.Logging;

namespace LbEngine.Tests.Configuration.Documents;

/// <summary>What people know from other balancers, and write here.</summary>
public class WordsOfOthersTests
{
    [Theory]
    [InlineData("roundrobin", "smooth-weighted-round-robin")]
    [InlineData("round-robin", "smooth-weighted-round-robin")]
    [InlineData("ROUND_ROBIN", "smooth-weighted-round-robin")]
    [InlineData("leastconn", "weighted-least-connections")]
    [InlineData("least_conn", "weighted-least-connections")]
    [InlineData("source", "source-hash")]
    [InlineData("ip_hash", "source-hash")]
    [InlineData("random", "power-of-two-choices")]
    public void Read_SchedulerOfAnotherBalancer_SaysWhatItIsCalledHere(string scheduler, string meant)
    {
        string[] lines = Reading.Lines(Reading.ReadYaml(Document($"scheduler: {scheduler}", "10.0.0.1:80")).Errors);

        Assert.StartsWith(
            $"line 4: pools.site.scheduler: there is no scheduler '{scheduler}'; did you mean {meant}? the schedulers are",
            Assert.Single(lines),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("unix:/run/app.sock")]
    [InlineData("unix@/run/app.sock")]
    [InlineData("/run/app.sock")]
    public void Read_SocketFileForAnAddress_SaysWhatIsPossible(string address)
    {
        string expected = $"is a socket file: listeners and backends have an IP address and a port, such as 127.0.0.1:8080, was '{address}'; "
            + "only the bind of admin may be unix:FILE";

        Assert.Equal([$"line 5: pools.site.backends.a.address: {expected}"], Reading.Lines(Reading.ReadYaml(Document("slowStart: 0s", address)).Errors));
        Assert.Equal(
            [$"line 2: listeners.web.bind: {expected}"],
            Reading.Lines(Reading.ReadYaml(Document("slowStart: 0s", "10.0.0.1:80").Replace("*:80", address, StringComparison.Ordinal)).Errors));
    }

    [Theory]
    [InlineData("info", LogLevel.Information)]
    [InlineData("Information", LogLevel.Information)]
    [InlineData("warn", LogLevel.Warning)]
    [InlineData("err", LogLevel.Error)]
    [InlineData("TRACE", LogLevel.Trace)]
    [InlineData("off", LogLevel.None)]
    [InlineData("loud", null)]
    [InlineData("2", null)]
    public void Find_LogLevel_TakesTheNamesOfSyslogToo(string text, LogLevel? expected) => Assert.Equal(expected, LogLevelName.Find(text));

    [Fact]
    public void Words_OfLogLevels_AreOneForEachInTheirOrder() =>
        Assert.Equal(Enum.GetValues<LogLevel>(), LogLevelName.Words.Select(word => LogLevelName.Find(word)!.Value));

    private static string Document(string pool, string address) =>
        $"listeners:\n  web: {{ bind: \"*:80\", pool: site }}\npools:\n  site: {{ {pool}, backends: {{\n    a: {{ address: \"{address}\" }} }} }}\n";
}
