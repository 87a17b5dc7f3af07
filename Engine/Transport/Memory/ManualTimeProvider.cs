// SPDX-License-Identifier: MIT
namespace LbEngine.Testing;

/// <summary>A clock that stands still until a test moves it: fifteen minutes pass in one call.</summary>
/// <remarks>
/// Timers fire inside <see cref="Advance"/>, on the calling thread, in the order of their due times, and each sees the
/// clock at its own due time. So do continuations of <c>Task.Delay(delay, timeProvider)</c>. Any thread may call; time only moves forward.
/// </remarks>
/// <example>
/// <code>
/// var time = new ManualTimeProvider();
/// Task nap = Task.Delay(TimeSpan.FromHours(8), time);
/// time.Advance(TimeSpan.FromHours(8));
/// Assert.True(nap.IsCompleted);
/// </code>
/// </example>
public sealed class ManualTimeProvider : TimeProvider
{
    /// <summary>Timers that one call of <see cref="Advance"/> may fire. A timer that re-arms itself without moving on would never let it return.</summary>
    private const int MaxFiredPerAdvance = 1_000_000;

    private readonly Lock _lock = new();
    private readonly SortedSet<ManualTimer> _waiting = new(ManualTimer.ByDueTime);
    private long _now;
    private long _lastNumber;

    /// <summary>Starts at midnight of 1 January 2026, UTC.</summary>
    public ManualTimeProvider()
        : this(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero))
    {
    }

    /// <summary>Starts at a moment of your choice.</summary>
    /// <param name="start">What <see cref="GetUtcNow"/> says until the first <see cref="Advance"/>.</param>
    public ManualTimeProvider(DateTimeOffset start) => _now = start.UtcTicks;

    /// <summary>UTC, wherever the test runs.</summary>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>Ten million a second: one per tick of <see cref="TimeSpan"/>.</summary>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Timers that will fire one day, unless somebody stops them.</summary>
    internal int ArmedTimers
    {
        get
        {
            lock (_lock)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>The present moment of this clock.</summary>
    public override DateTimeOffset GetUtcNow() => new(GetTimestamp(), TimeSpan.Zero);

    /// <summary>The present moment as a count of <see cref="TimestampFrequency"/>.</summary>
    public override long GetTimestamp()
    {
        lock (_lock)
        {
            return _now;
        }
    }

    /// <summary>Moves the clock and fires every timer that falls due on the way.</summary>
    /// <param name="by">How far; <see cref="TimeSpan.Zero"/> fires what is due already. A timer's callback may advance the clock itself.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="by"/> is negative.</exception>
    /// <exception cref="InvalidOperationException">A million timers fired: one re-arms itself without end.</exception>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        SynchronizationContext? context = SynchronizationContext.Current;

        // A context of the test runner would send continuations to other threads, after this call.
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            FireUntil(checked(GetTimestamp() + by.Ticks));
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    /// <summary>Makes a timer that fires inside <see cref="Advance"/>; one that is due at once waits for the next call too.</summary>
    /// <param name="callback">What the timer calls.</param>
    /// <param name="state">What it hands to <paramref name="callback"/>.</param>
    /// <param name="dueTime">When it fires first; <see cref="Timeout.InfiniteTimeSpan"/> for never.</param>
    /// <param name="period">Time between later firings; <see cref="Timeout.InfiniteTimeSpan"/> or zero for none.</param>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new ManualTimer(this, Interlocked.Increment(ref _lastNumber), callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Puts a timer in its new place; negative ticks for none.</summary>
    internal void Arm(ManualTimer timer, long dueInTicks, long periodTicks)
    {
        lock (_lock)
        {
            _waiting.Remove(timer);
            timer.PeriodTicks = periodTicks;
            if (dueInTicks >= 0)
            {
                timer.DueTicks = _now + dueInTicks;
                _waiting.Add(timer);
            }
        }
    }

    private void FireUntil(long target)
    {
        for (int fired = 0; TakeDue(target) is ManualTimer timer; fired++)
        {
            if (fired == MaxFiredPerAdvance)
            {
                throw new InvalidOperationException(
                    $"One call of Advance fired {MaxFiredPerAdvance} timers: a timer re-arms itself without end, "
                    + "or its period is too short for so long a step.");
            }

            timer.Fire();
        }
    }

    /// <summary>Moves the clock to the next due timer and takes it, or moves it to the target and returns null.</summary>
    private ManualTimer? TakeDue(long target)
    {
        lock (_lock)
        {
            if (_waiting.Min is not ManualTimer timer || timer.DueTicks > target)
            {
                _now = Math.Max(_now, target);
                return null;
            }

            _waiting.Remove(timer);
            _now = Math.Max(_now, timer.DueTicks);
            if (timer.PeriodTicks > 0)
            {
                timer.DueTicks += timer.PeriodTicks;
                _waiting.Add(timer);
            }

            return timer;
        }
    }
}
