// SPDX-License-Identifier: MIT
using LbEngine.Lifecycle;
using LbEngine.Observability;
using LbEngine.Testing;

namespace LbEngine.Tests.Hosting;

/// <summary>The drain of a host that stops, within the time that the host gives it.</summary>
public sealed class HostDrainTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task StopAsync_DrainLongerThanTheHostWaits_IsCutSaysSoAndDrainsWhatIsLeft()
    {
        await using var stage = new HostStage(shutdownTimeout: TimeSpan.FromMinutes(3), settings: [("drain:timeout", "10m"), ("drain:spread", "0s")]);
        await stage.StartAsync();
        MemoryClient client = stage.Network.Connect("198.51.100.1", to: "192.0.2.1:80");

        Task stopped = stage.StopAsync();
        await stage.WaitForLogAsync("Draining: 1 live connections and flows have 179 s to end");
        stage.Time.Advance(TimeSpan.FromSeconds(178));
        Assert.Equal(MemoryClose.None, client.Closed);
        stage.Time.Advance(TimeSpan.FromSeconds(1));
        await stopped.WaitAsync(Limit);

        Assert.Equal(1, stage.Balancer.GetStatus().Closed[CloseReason.Drained]);
        Assert.Contains(stage.Texts, text => text.StartsWith(
            "The host gives its services 180 s more to stop (HostOptions.ShutdownTimeout), and the drain may take 600 s", StringComparison.Ordinal));
    }

    [Fact]
    public async Task StopAsync_OthersHaveUsedSomeOfTheTime_GetsTheRest()
    {
        await using var stage = new HostStage(shutdownTimeout: TimeSpan.FromMinutes(3), settings: [("drain:timeout", "10m"), ("drain:spread", "0s")]);
        await stage.StartAsync();
        stage.Network.Connect("198.51.100.1", to: "192.0.2.1:80");

        stage.Lifetime.StopApplication();
        stage.Time.Advance(TimeSpan.FromMinutes(2));
        Task stopped = stage.StopAsync();
        await stage.WaitForLogAsync("Draining: 1 live connections and flows have 59 s to end");
        stage.Time.Advance(TimeSpan.FromSeconds(59));

        await stopped.WaitAsync(Limit);
    }

    [Fact]
    public async Task StopAsync_DrainThatFits_IsAsConfigured()
    {
        await using var stage = new HostStage(shutdownTimeout: Timeout.InfiniteTimeSpan, settings: [("drain:timeout", "10m"), ("drain:spread", "0s")]);
        await stage.StartAsync();
        MemoryClient client = stage.Network.Connect("198.51.100.1", to: "192.0.2.1:80");

        Task stopped = stage.StopAsync();
        await stage.WaitForLogAsync("have 600 s to end");
        client.Reset();
        await stopped.WaitAsync(Limit);

        Assert.DoesNotContain(stage.Texts, text => text.Contains("ShutdownTimeout", StringComparison.Ordinal));
        Assert.Equal(LoadBalancerState.Stopped, stage.Balancer.State);
    }
}
