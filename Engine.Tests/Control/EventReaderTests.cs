// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.Observability.Events;

namespace LbEngine.Tests.Control;

public sealed class EventReaderTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly EventHub _hub = new();

    [Fact]
    public async Task MoveNext_EventsOfItsKinds_AreReadInOrder()
    {
        EventReader reader = Read(LoadBalancerEventKinds.Configuration);
        EventReader deaf = Read(LoadBalancerEventKinds.Connections);

        Tell("a");
        Tell("b");
        _hub.Complete();

        Assert.Equal(["a", "b"], await ReadAllAsync(reader));
        Assert.Empty(await ReadAllAsync(deaf));
    }

    [Fact]
    public async Task MoveNext_MoreThanFit_TellsHowManyAreMissingBehindThoseThatFitted()
    {
        EventReader reader = Read(capacity: 2);
        Tell("a");
        Tell("b");
        Tell("c");
        Tell("d");
        Assert.True(await reader.MoveNextAsync());
        Tell("e");
        _hub.Complete();

        Assert.Equal(["b", "e", "2 lost"], await ReadAllAsync(reader));
    }

    [Fact]
    public async Task MoveNext_NothingYet_WaitsAndIsWokenByAnEvent()
    {
        EventReader reader = Read();
        Task<bool> waiting = reader.MoveNextAsync().AsTask();
        Assert.False(waiting.IsCompleted);

        Tell("a");

        Assert.True(await waiting.WaitAsync(Limit));
        Assert.Equal("a", Name(reader.Current));
    }

    [Fact]
    public async Task MoveNext_WaitsWhileTheEngineStops_IsFalse()
    {
        Task<bool> waiting = Read().MoveNextAsync().AsTask();

        _hub.Complete();

        Assert.False(await waiting.WaitAsync(Limit));
        Assert.False(await Read().MoveNextAsync());
    }

    [Fact]
    public async Task MoveNext_CancelledWhileItWaits_Throws()
    {
        using var cancellation = new CancellationTokenSource();
        Task<bool> waiting = new EventReader(_hub, LoadBalancerEventKinds.All, 10, cancellation.Token).MoveNextAsync().AsTask();

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Limit));
    }

    [Fact]
    public async Task Dispose_EventsOfLater_AreNotKept()
    {
        EventReader reader = Read();
        await reader.DisposeAsync();

        Tell("a");

        Assert.True(reader.TryReserve(), "its queue is empty");
        await Task.WhenAny(reader.MoveNextAsync().AsTask(), Task.CompletedTask);
        Assert.Null(reader.Current);
    }

    [Fact]
    public async Task ManyWriters_SlowReader_EveryEventIsReadOrCounted()
    {
        const int Writers = 4;
        const int Each = 20_000;
        EventReader reader = Read(capacity: 64);
        Task writing = Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(() =>
        {
            for (int i = 0; i < Each; i++)
            {
                Tell("x");
            }
        })));
        Task completing = writing.ContinueWith(_ => _hub.Complete(), TaskScheduler.Default);

        long seen = 0;
        while (await reader.MoveNextAsync().AsTask().WaitAsync(Limit))
        {
            seen += reader.Current is EventsLost lost ? lost.Count : 1;
        }

        await completing;
        Assert.Equal(Writers * Each, seen);
    }

    private EventReader Read(LoadBalancerEventKinds kinds = LoadBalancerEventKinds.All, int capacity = 10) => new(_hub, kinds, capacity, default);

    private void Tell(string name) => _hub.Refused([new ConfigurationError(name, "")]);

    private static string Name(LoadBalancerEvent told) => told switch
    {
        ConfigurationRefused refused => refused.Mistakes[0].Path,
        EventsLost lost => $"{lost.Count} lost",
        _ => told.ToString(),
    };

    private static async Task<List<string>> ReadAllAsync(EventReader reader)
    {
        List<string> names = [];
        while (await reader.MoveNextAsync().AsTask().WaitAsync(Limit))
        {
            names.Add(Name(reader.Current));
        }

        return names;
    }
}
