// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.Configuration.Schema;

namespace LbEngine.Tests.Configuration.Schema;

/// <summary>How many clients a listener may inspect, and what is said of more than there can be.</summary>
public sealed class InspectionRuleTests
{
    private static readonly string[] Schedulers = [new BackendPoolOptions().Scheduler];

    [Theory]
    [InlineData(0, 0, 100)]
    [InlineData(100, 100, 100)]
    [InlineData(10, 0, 11, "11 is never reached: maxConnections of the engine is 10")]
    [InlineData(10, 9, 10, "10 is never reached: maxConnections of the listener is 9")]
    [InlineData(10, 9, 11, "11 is never reached: maxConnections of the listener is 9")]
    public void FindWarnings_MoreInspectedThanThereCanBe_NamesTheLimitBelow(int engine, int listener, int inspecting, params string[] expected)
    {
        LoadBalancerOptions options = Right();
        options.MaxConnections = engine;
        (options.Listeners["web"].MaxConnections, options.Listeners["web"].MaxInspecting) = (listener, inspecting);

        Assert.Equal(
            expected.Select(static message => $"listeners.web.maxInspecting: {message}"),
            Reading.Lines(LoadBalancerOptionsValidator.FindWarnings(options)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4_194_305)]
    public void Validate_MaxInspectingOutOfRange_SaysWhatToDo(int inspecting)
    {
        LoadBalancerOptions options = Right();
        options.Listeners["web"].MaxInspecting = inspecting;

        Assert.Equal(
            [$"listeners.web.maxInspecting: must be from 1 to 4194304, was {inspecting}; leave it out for a quarter of what the balancer holds"],
            Reading.Lines(LoadBalancerOptionsValidator.Validate(options, Schedulers)));
    }

    [Fact]
    public void Validate_MaxInspectingOverUdp_IsRefused()
    {
        LoadBalancerOptions options = Right();
        options.Listeners["log"] = new ListenerOptions { Bind = "0.0.0.0:514", Pool = "site", Protocol = ListenerProtocol.Udp, MaxInspecting = 5 };

        Assert.Equal(
            ["listeners.log.maxInspecting: has no meaning for udp: remove it"],
            Reading.Lines(LoadBalancerOptionsValidator.Validate(options, Schedulers)));
    }

    private static LoadBalancerOptions Right()
    {
        var options = new LoadBalancerOptions();
        options.Listeners["web"] = new ListenerOptions { Bind = "0.0.0.0:8080", Pool = "site" };
        options.Pools["site"] = new BackendPoolOptions().AddBackend("a", "10.0.0.1:80");
        return options;
    }
}
