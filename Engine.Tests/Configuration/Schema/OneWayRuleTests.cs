// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.Configuration.Schema;
using LbEngine.Scheduling;

namespace LbEngine.Tests.Configuration.Schema;

/// <summary><c>responses: 0</c> beside <c>requests</c>.</summary>
public sealed class OneWayRuleTests
{
    [Theory]
    [InlineData(null, null)]
    [InlineData(1, null)]
    [InlineData(
        5,
        "listeners.log.responses: 0 places each datagram by itself, so that requests: 5 has no meaning; remove requests, or write how many replies come")]
    public void Validate_OneWay_TakesNoDatagramsThatBelongTogether(int? requests, string? expected)
    {
        var options = new LoadBalancerOptions();
        options.Listeners.Add("log", new ListenerOptions
        {
            Bind = "127.0.0.1:5514",
            Pool = "site",
            Protocol = ListenerProtocol.Udp,
            Requests = requests,
            Responses = 0,
        });
        options.Pools.Add("site", new BackendPoolOptions());
        options.Pools["site"].AddBackend("a", "127.0.0.1:5515");

        string[] lines = Reading.Lines(LoadBalancerOptionsValidator.Validate(options, [SchedulerNames.WeightedLeastConnections]));

        Assert.Equal(expected is null ? [] : [expected], lines);
    }
}
