// SPDX-License-Identifier: MIT
namespace LbEngine.Tests.Configuration.Documents;

/// <summary>Durations as people write them who want none, or forget the unit.</summary>
public class DurationMistakeTests
{
    [Theory]
    [InlineData("idleTimeout: 0", "listeners.web.idleTimeout: must be from 1s to 7d, was 0; write it with a unit (ms, s, m, h, d); write off for none")]
    [InlineData("idleTimeout: 0s", "listeners.web.idleTimeout: must be from 1s to 7d, was 0s; write off for none")]
    [InlineData("idleTimeout: never", "listeners.web.idleTimeout: must be from 1s to 7d, was 'never'; write off for none")]
    [InlineData("halfCloseTimeout: off", "listeners.web.halfCloseTimeout: cannot be turned off: must be from 1s to 7d, was 'off'")]
    [InlineData(
        "protocol: udp, idleTimeout: off",
        "listeners.web.idleTimeout: cannot be turned off for udp, where nothing but time ends a flow: write a duration, such as 1h")]
    public void Read_OfAListener_SaysWhatToWrite(string setting, string expected) =>
        Assert.Equal([$"line 1: {expected}"], Reading.Lines(Reading.ReadYaml(Web(setting)).Errors));

    [Theory]
    [InlineData("connectTimeout: 5000", "pools.site.connectTimeout: needs a unit (ms, s, m, h, d): write 5000ms")]
    [InlineData("connectTimeout: off", "pools.site.connectTimeout: cannot be turned off: must be from 10ms to 5m, was 'off'")]
    [InlineData("slowStart: none", "pools.site.slowStart: must be from 0s to 1h, was 'none'; write off for none")]
    public void Read_OfAPool_SaysWhatToWrite(string setting, string expected) =>
        Assert.Equal([$"line 2: {expected}"], Reading.Lines(Reading.ReadYaml(Web("idleTimeout: 5m", setting + ", ")).Errors));

    [Theory]
    [InlineData("off")]
    [InlineData("\"off\"")]
    [InlineData("false")]
    public void Read_IdleTimeoutOff_IsNone(string word)
    {
        Assert.Empty(Reading.ReadYaml(Web($"idleTimeout: {word}", "slowStart: off, ")).Errors);
        Assert.Equal(Timeout.InfiniteTimeSpan, Reading.ReadYaml(Web($"idleTimeout: {word}")).Options.Listeners["web"].IdleTimeout);
    }

    private static string Web(string listener, string pool = "") =>
        $"listeners: {{ web: {{ bind: 0.0.0.0:80, pool: site, {listener} }} }}\npools: {{ site: {{ {pool}backends: {{ a: {{ address: 10.0.0.1:80 }} }} }} }}";
}
