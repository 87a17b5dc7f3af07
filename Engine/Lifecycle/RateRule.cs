// SPDX-License-Identifier: MIT
namespace LbEngine.Lifecycle;

/// <summary>How many may come in a time, and how many of them at once. Pure.</summary>
/// <param name="Interval">Ticks from one to the next when all come evenly; 0 for no rule.</param>
/// <param name="Tolerance">Ticks that one may come too early: those of the burst but one.</param>
/// <remarks>
/// A token bucket that is one number: the time at which the next one is due, had all come evenly (the generic cell rate algorithm of ITU-T I.371,
/// annex A). It says the same as a count of tokens with the time of the last refill, is changed by one exchange, and needs no clock but at a take.
/// </remarks>
internal readonly record struct RateRule(long Interval, long Tolerance)
{
    /// <summary>64 ticks are a microsecond: fine enough for a million in a second, and 56 bits of them are 35 years.</summary>
    public const long TicksPerMillisecond = 64_000;

    /// <summary>Instead of a time: the rate is over.</summary>
    public const long Over = -1;

    // Clocks of reactors differ by less. A time that is further ahead was due by another rule.
    private const long Slack = 1000 * TicksPerMillisecond;

    public bool IsOff => Interval == 0;

    public static RateRule Of(int count, TimeSpan per, int burst)
    {
        long interval = Math.Max(1, (long)(per.TotalMilliseconds * TicksPerMillisecond) / count);
        return new RateRule(interval, interval * (burst - 1));
    }

    /// <summary>One more comes: when the next one is due, or <see cref="Over"/>.</summary>
    /// <param name="due">When this one is due; a time that has passed, or 0, for a bucket that is full.</param>
    /// <param name="now">The time.</param>
    public long Take(long due, long now)
    {
        long early = due - now;
        if (early <= 0 || early > Tolerance + Interval + Slack)
        {
            return now + Interval;
        }

        return early > Tolerance ? Over : due + Interval;
    }
}
