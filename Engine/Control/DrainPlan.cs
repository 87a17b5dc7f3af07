// SPDX-License-Identifier: MIT
using LbEngine.Configuration;

namespace LbEngine.Control;

/// <summary>The times of one drain: those of the configuration, or shorter ones where whoever stops the engine gives it less. Pure.</summary>
/// <param name="Delay">How long clients are still taken.</param>
/// <param name="Timeout">How long live connections may then take to end.</param>
/// <param name="Spread">How long it may then take to close what is left.</param>
internal readonly record struct DrainPlan(TimeSpan Delay, TimeSpan Timeout, TimeSpan Spread)
{
    // What is kept back for the end itself: sockets are closed and memory given back, on a machine that may be busy with the ends of others.
    private static readonly TimeSpan MostForTheEnd = TimeSpan.FromSeconds(1);

    /// <summary>Everything that may be waited for.</summary>
    public TimeSpan Total => Delay + Timeout + Spread;

    /// <summary>
    /// Fits into a limit: the delay keeps at most half of it, the spread at most a quarter of the rest, and connections get what is left, so that
    /// nobody is cut off in a crowd by a host that loses its patience.
    /// </summary>
    /// <param name="options">What is configured.</param>
    /// <param name="limit">The whole time that there is; <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> for no limit.</param>
    public static DrainPlan Fit(DrainOptions options, TimeSpan limit)
    {
        var wanted = new DrainPlan(options.Delay, options.Timeout, options.Spread);
        if (limit == System.Threading.Timeout.InfiniteTimeSpan)
        {
            return wanted;
        }

        TimeSpan all = limit > TimeSpan.Zero ? limit : TimeSpan.Zero;
        TimeSpan room = all - Shorter(all / 10, MostForTheEnd);
        if (wanted.Total <= room)
        {
            return wanted;
        }

        TimeSpan delay = Shorter(wanted.Delay, room / 2);
        TimeSpan rest = room - delay;
        TimeSpan timeout = Shorter(wanted.Timeout, rest - Shorter(wanted.Spread, rest / 4));
        return new DrainPlan(delay, timeout, Shorter(wanted.Spread, rest - timeout));
    }

    private static TimeSpan Shorter(TimeSpan first, TimeSpan second) => first < second ? first : second;
}
