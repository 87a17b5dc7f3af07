// SPDX-License-Identifier: MIT
using LbEngine.Testing;

namespace LbEngine.Tests.Transport.Memory;

public sealed class ManualTimeProviderTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly List<string> _fired = [];

    [Fact]
    public void Advance_ByAnHour_MovesBothClocksByAnHour()
    {
        DateTimeOffset before = _time.GetUtcNow();
        long timestamp = _time.GetTimestamp();

        _time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(before + TimeSpan.FromHours(1), _time.GetUtcNow());
        Assert.Equal(TimeSpan.FromHours(1), _time.GetElapsedTime(timestamp));
        Assert.Equal(new DateTimeOffset(2026, 1, 1, 1, 0, 0, TimeSpan.Zero), _time.GetUtcNow());
    }

    [Fact]
    public void Advance_OverSeveralTimers_FiresEachAtItsOwnTimeInOrder()
    {
        DateTimeOffset start = _time.GetUtcNow();
        using ITimer late = Timer("late", 30);
        using ITimer early = Timer("early", 10);
        using ITimer alsoEarly = Timer("also early", 10);
        using ITimer beyond = Timer("beyond", 31);

        _time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(["early 10", "also early 10", "late 30"], _fired);
        Assert.Equal(start + TimeSpan.FromSeconds(30), _time.GetUtcNow());

        ITimer Timer(string name, int seconds) => _time.CreateTimer(
            _ => _fired.Add($"{name} {(_time.GetUtcNow() - start).TotalSeconds}"), null, TimeSpan.FromSeconds(seconds), Timeout.InfiniteTimeSpan);
    }

    [Fact]
    public void Advance_OneTickShortOfTheDueTime_DoesNotFire()
    {
        using ITimer timer = _time.CreateTimer(_ => _fired.Add("fired"), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);

        _time.Advance(TimeSpan.FromSeconds(1) - TimeSpan.FromTicks(1));
        int before = _fired.Count;
        _time.Advance(TimeSpan.FromTicks(1));

        Assert.Equal(0, before);
        Assert.Single(_fired);
    }

    [Fact]
    public void Advance_PeriodicTimer_FiresOncePerPeriodUntilItIsDisposed()
    {
        ITimer timer = _time.CreateTimer(_ => _fired.Add("tick"), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));

        _time.Advance(TimeSpan.FromSeconds(10));
        int inTenSeconds = _fired.Count;
        timer.Dispose();
        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(5, inTenSeconds);
        Assert.Equal(5, _fired.Count);
        Assert.False(timer.Change(TimeSpan.Zero, TimeSpan.Zero));
    }

    [Fact]
    public void Advance_CallbackMovesItsOwnTimer_FiresAgainWithinTheSameStep()
    {
        ITimer? timer = null;
        timer = _time.CreateTimer(
            _ =>
            {
                _fired.Add("fired");
                timer!.Change(TimeSpan.FromSeconds(3), Timeout.InfiniteTimeSpan);
            },
            null,
            TimeSpan.FromSeconds(3),
            Timeout.InfiniteTimeSpan);

        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(3, _fired.Count);
    }

    [Fact]
    public void Advance_CallbackAdvancesTheClock_NeverGoesBack()
    {
        DateTimeOffset start = _time.GetUtcNow();
        using ITimer outer = _time.CreateTimer(_ => _time.Advance(TimeSpan.FromMinutes(1)), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        using ITimer inner = _time.CreateTimer(_ => _fired.Add("inner"), null, TimeSpan.FromSeconds(30), Timeout.InfiniteTimeSpan);

        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.Single(_fired);
        Assert.Equal(start + TimeSpan.FromSeconds(61), _time.GetUtcNow());
    }

    [Fact]
    public void Advance_TimerRearmsItselfWithoutMovingOn_ThrowsInsteadOfHanging()
    {
        ITimer? timer = null;
        timer = _time.CreateTimer(_ => timer!.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan), null, TimeSpan.Zero, Timeout.InfiniteTimeSpan);

        Assert.Throws<InvalidOperationException>(() => _time.Advance(TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void Advance_Backwards_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => _time.Advance(TimeSpan.FromTicks(-1)));

    [Fact]
    public async Task Advance_TaskDelay_ContinuesBeforeTheCallReturns()
    {
        Task sleeper = SleepAsync();

        _time.Advance(TimeSpan.FromHours(1));
        int afterOneHour = _fired.Count;
        _time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(1, afterOneHour);
        Assert.Equal(["one", "two"], _fired);
        await sleeper;

        async Task SleepAsync()
        {
            await Task.Delay(TimeSpan.FromHours(1), _time).ConfigureAwait(false);
            _fired.Add("one");
            await Task.Delay(TimeSpan.FromHours(1), _time).ConfigureAwait(false);
            _fired.Add("two");
        }
    }

    [Fact]
    public async Task Advance_CancellationAfter_CancelsAtItsTime()
    {
        using var source = new CancellationTokenSource(TimeSpan.FromSeconds(5), _time);

        _time.Advance(TimeSpan.FromSeconds(4));
        bool early = source.IsCancellationRequested;
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.False(early);
        Assert.True(source.IsCancellationRequested);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.Delay(TimeSpan.FromDays(1), _time, source.Token));
    }
}
