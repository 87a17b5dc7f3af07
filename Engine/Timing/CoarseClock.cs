// SPDX-License-Identifier: MIT
namespace LbEngine.Timing;

/// <summary>Monotonic milliseconds, read from a <see cref="TimeProvider"/> once per turn and then cheap to ask.</summary>
/// <remarks>
/// All clocks over one provider share one origin, so ticks of different reactors can be compared. A signed 64-bit
/// count of milliseconds wraps after 292 million years. Any thread may read; the owner refreshes.
/// </remarks>
internal sealed class CoarseClock
{
    private readonly TimeProvider _timeProvider;
    private long _milliseconds;

    public CoarseClock(TimeProvider timeProvider)
    {
        _timeProvider = timeProvider;
        Refresh();
    }

    /// <summary>The time of the last refresh.</summary>
    public long Milliseconds => Volatile.Read(ref _milliseconds);

    /// <summary>Reads the provider and returns the new time.</summary>
    public long Refresh()
    {
        long now = ReadMilliseconds(_timeProvider);
        Volatile.Write(ref _milliseconds, now);
        return now;
    }

    /// <summary>The provider's time on the scale that every clock uses.</summary>
    public static long ReadMilliseconds(TimeProvider timeProvider)
    {
        long frequency = timeProvider.TimestampFrequency;
        long timestamp = timeProvider.GetTimestamp();
        return (timestamp / frequency * 1000) + (timestamp % frequency * 1000 / frequency);
    }
}
