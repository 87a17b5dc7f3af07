// SPDX-License-Identifier: MIT
namespace LbEngine.Resolution;

/// <summary>When a name is looked up again. Pure.</summary>
internal static class LookupSchedule
{
    /// <summary>No name is looked up more often, whatever its answers say.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    private const double SpreadOfInterval = 0.2;
    private const double SpreadOfRetry = 0.25;

    // Beyond this the interval, an hour at most, is reached.
    private const int MostDoublings = 12;

    /// <summary>
    /// The time from the end of one lookup to the start of the next: the interval, give or take a tenth; after failures 1 s, 2 s, 4 s, up to the
    /// interval, and up to a quarter more.
    /// </summary>
    /// <param name="interval">The interval of the configuration.</param>
    /// <param name="failuresInARow">Lookups that have failed since the last answer.</param>
    /// <param name="random">From 0 to 1.</param>
    public static TimeSpan Next(TimeSpan interval, int failuresInARow, double random)
    {
        if (failuresInARow == 0)
        {
            TimeSpan next = interval * (1 - (SpreadOfInterval / 2) + (SpreadOfInterval * random));
            return next < Shortest ? Shortest : next;
        }

        TimeSpan wait = Shortest * (1 << Math.Min(failuresInARow - 1, MostDoublings));
        return (wait < interval ? wait : interval) * (1 + (SpreadOfRetry * random));
    }
}
