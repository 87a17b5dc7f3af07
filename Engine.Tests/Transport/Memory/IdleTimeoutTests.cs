// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Testing;

namespace LbEngine.Tests.Transport.Memory;

/// <summary>Connections without an idle time-out, and reloads that bring one.</summary>
public class IdleTimeoutTests
{
    [Fact]
    public async Task IdleTimeout_IsOff_ConnectionLivesForMonthsAndGoesOn()
    {
        await using MemoryStage stage = await StartAsync();
        MemoryClient client = stage.Connect();

        stage.Time.Advance(TimeSpan.FromDays(90));
        client.Send("still here");

        Assert.Equal((MemoryClose.None, "still here"), (client.Closed, client.ReceivedText));
    }

    [Fact]
    public async Task IdleTimeout_AReloadBringsOne_CountsForOpenConnectionsWithinAnHour()
    {
        await using MemoryStage stage = await StartAsync();
        MemoryClient client = stage.Connect();
        stage.Time.Advance(TimeSpan.FromDays(1));

        LoadBalancerOptions next = stage.Balancer.GetConfiguration();
        next.Listeners["web"].IdleTimeout = TimeSpan.FromMinutes(5);
        ConfigurationChange change = Assert.Single(await stage.Balancer.ApplyAsync(next));
        stage.Time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(("off", "5m"), (change.Before, change.After));
        Assert.Equal(MemoryClose.Fin, client.Closed);
        stage.AssertClosedOnly(CloseReason.IdleTimeout);
    }

    private static Task<MemoryStage> StartAsync() => MemoryStage.StartAsync(listener: listener => listener.IdleTimeout = Timeout.InfiniteTimeSpan);
}
