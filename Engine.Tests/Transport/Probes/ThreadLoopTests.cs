// SPDX-License-Identifier: MIT
using LbEngine.Transport.Probes;

namespace LbEngine.Tests.Transport.Probes;

public sealed class ThreadLoopTests
{
    private const int ForEver = -1;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public void Wake_LoopWaitsForEver_RunsAgain()
    {
        using var runs = new SemaphoreSlim(0);
        using var loop = new ThreadLoop(new EventWait());
        loop.Start(() =>
        {
            runs.Release();
            return ForEver;
        });
        Assert.True(runs.Wait(Limit), "The first run has not come.");

        loop.Wake();

        Assert.True(runs.Wait(Limit), "The loop has not run again.");
    }

    [Fact]
    public void Start_RunSaysNow_RunsAgainByItself()
    {
        using var runs = new CountdownEvent(3);
        using var loop = new ThreadLoop(new EventWait());

        loop.Start(() => runs.IsSet || runs.Signal() ? ForEver : 0);

        Assert.True(runs.Wait(Limit), "The loop has not run three times.");
    }

    [Fact]
    public void Dispose_LoopWaitsForEver_EndsTheThreadAndFreesWhatItWaitedOn()
    {
        using var runs = new SemaphoreSlim(0);
        var wait = new RecordingWait();
        var loop = new ThreadLoop(wait);
        loop.Start(() =>
        {
            runs.Release();
            return ForEver;
        });
        Assert.True(runs.Wait(Limit), "The first run has not come.");

        loop.Dispose();
        loop.Wake();
        loop.Dispose();

        Assert.Equal((1, 1), (wait.Wakes, wait.Disposals));
    }

    /// <summary>Waits as <see cref="EventWait"/> does, and counts what it is told.</summary>
    private sealed class RecordingWait : ILoopWait
    {
        private readonly EventWait _wait = new();

        public int Wakes { get; private set; }

        public int Disposals { get; private set; }

        public void Wait(int milliseconds) => _wait.Wait(milliseconds);

        public void Wake()
        {
            Wakes++;
            _wait.Wake();
        }

        public void Dispose()
        {
            Disposals++;
            _wait.Dispose();
        }
    }
}
