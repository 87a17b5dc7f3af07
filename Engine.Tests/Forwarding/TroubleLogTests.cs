// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Transport.Memory;
using Microsoft.Extensions.Logging;

namespace LbEngine.Tests.Forwarding;

public sealed class TroubleLogTests : IDisposable
{
    private const int TurnedAway = 312;
    private const int Unserved = 313;

    private readonly RecordingLoggerFactory _log = new();

    [Fact]
    public async Task Write_ClientsBeyondTheLimit_SaysItAtOnceAndThenOnceAMinuteWithTheirNumber()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(
            listener: web => (web.MaxConnections, web.WhenFull) = (1, FullBehaviour.Refuse),
            builder: builder => builder.UseLoggerFactory(_log));
        _ = stage.Connect();

        for (int i = 0; i < 5; i++)
        {
            _ = stage.Connect("198.51.100.7:5000");
        }

        string[] atOnce = Lines(TurnedAway);
        stage.Time.Advance(TimeSpan.FromSeconds(60));
        _ = stage.Connect("198.51.100.8:5001");

        Assert.Equal(
            ["Clients of listener web are turned away: ListenerLimit. 1 since the last such line, the latest 198.51.100.7:5000. Said once a minute."],
            atOnce);
        Assert.Equal(
            ["Clients of listener web are turned away: ListenerLimit. 5 since the last such line, the latest 198.51.100.8:5001. Said once a minute."],
            Lines(TurnedAway)[1..]);
    }

    [Fact]
    public async Task Write_BackendRefuses_NamesThePoolAndTheReason()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(
            pool: site => site.Passive = null, builder: builder => builder.UseLoggerFactory(_log));
        stage.Backends[0].Refuse();

        _ = stage.Connect("198.51.100.7:5000");
        _ = stage.Connect("198.51.100.7:5001");

        Assert.Equal(
            [
                "Clients of listener web reach no backend of pool site: ConnectFailed. 1 since the last such line, the latest 198.51.100.7:5000. "
                + "Said once a minute.",
            ],
            Lines(Unserved));
        Assert.Empty(Lines(TurnedAway));
    }

    [Fact]
    public async Task Write_ClientsLeaveOrAreDrained_IsNoTrouble()
    {
        await using (MemoryStage stage = await MemoryStage.StartAsync(builder: builder => builder.UseLoggerFactory(_log)))
        {
            stage.Connect().Finish();
            stage.Connect().Reset();
            _ = stage.Connect();
            await stage.Balancer.CloseConnectionAsync(stage.Balancer.GetConnections().First().Id);
        }

        Assert.DoesNotContain(_log.Lines, line => line.Level >= LogLevel.Warning);
    }

    public void Dispose() => _log.Dispose();

    private string[] Lines(int id) => [.. _log.Lines.Where(line => line.Id == id).Select(line => line.Text)];
}
