// SPDX-License-Identifier: MIT
using LbEngine.Timing;

namespace LbEngine.Testing;

/// <summary>A <see cref="TimerWheel"/> that is exact to the millisecond, so that a test may ask what is true just before a time-out and at it.</summary>
/// <remarks>The wheel's tick is 8 ms and it may be one tick late. Here it is given eight units per millisecond, so its tick is one millisecond and
/// every deadline falls on one.</remarks>
internal sealed class ExactWheel
{
    private const int UnitsPerMillisecond = 8;

    private readonly long _origin;
    private readonly TimerWheel _wheel = new(0);

    public ExactWheel(long nowMilliseconds) => _origin = nowMilliseconds;

    public void Schedule(TimerNode node, long deadlineMilliseconds) => _wheel.Schedule(node, ToUnits(deadlineMilliseconds));

    public void Cancel(TimerNode node) => _wheel.Cancel(node);

    public TimerNode? TryTakeExpired(long nowMilliseconds) => _wheel.TryTakeExpired(ToUnits(nowMilliseconds));

    /// <summary>See <see cref="TimerWheel.MillisecondsUntilNext"/>; may be early for deadlines more than three days ahead.</summary>
    public int MillisecondsUntilNext(long nowMilliseconds)
    {
        int units = _wheel.MillisecondsUntilNext(ToUnits(nowMilliseconds));
        return units < 0 ? -1 : units / UnitsPerMillisecond;
    }

    private long ToUnits(long milliseconds) => (milliseconds - _origin) * UnitsPerMillisecond;
}
