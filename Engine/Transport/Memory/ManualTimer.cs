// SPDX-License-Identifier: MIT
namespace LbEngine.Testing;

/// <summary>A timer of a <see cref="ManualTimeProvider"/>, which orders it, arms it and fires it.</summary>
internal sealed class ManualTimer : ITimer
{
    private readonly ManualTimeProvider _provider;
    private readonly long _number;
    private readonly TimerCallback _callback;
    private readonly object? _state;
    private volatile bool _isDisposed;

    public ManualTimer(ManualTimeProvider provider, long number, TimerCallback callback, object? state)
    {
        _provider = provider;
        _number = number;
        _callback = callback;
        _state = state;
    }

    /// <summary>Earliest first; timers that are due together in the order in which they were created.</summary>
    public static IComparer<ManualTimer> ByDueTime { get; } = Comparer<ManualTimer>.Create(
        (left, right) => (left.DueTicks, left._number).CompareTo((right.DueTicks, right._number)));

    /// <summary>The moment at which it fires. The provider changes it under its lock, and only while the timer is not waiting.</summary>
    public long DueTicks { get; set; }

    public long PeriodTicks { get; set; }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dueTime, Timeout.InfiniteTimeSpan);
        ArgumentOutOfRangeException.ThrowIfLessThan(period, Timeout.InfiniteTimeSpan);
        if (_isDisposed)
        {
            return false;
        }

        _provider.Arm(this, dueTime.Ticks, period.Ticks);
        return true;
    }

    public void Fire()
    {
        if (!_isDisposed)
        {
            _callback(_state);
        }
    }

    public void Dispose()
    {
        _isDisposed = true;
        _provider.Arm(this, -1, -1);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
