// SPDX-License-Identifier: MIT
namespace LbEngine.Benchmarks.Soak.Judgement;

/// <summary>Holds what a process has when all is quiet against what it had before anybody came. Pure.</summary>
internal static class LeakCheck
{
    // Kept connections of the admin interface come and go; the runtime adds threads as it likes, up to one for each core and a few more.
    private const int SocketSlack = 4;
    private const int OtherSlack = 8;
    private const int ThreadSlack = 16;

    // Pipes of splice are kept for the next one: 64 for each of two reactors, with two ends.
    private const int PooledPipeEnds = 2 * 2 * 64;

    // A heap that has grown to its working size does not grow on; a quarter and this much is the noise of collections.
    private const long MemorySlack = 24 << 20;

    public static IEnumerable<string> Find(Snapshot before, Snapshot after)
    {
        if (after.Sockets > before.Sockets + SocketSlack)
        {
            yield return $"{after.Sockets - before.Sockets} sockets are left";
        }

        if (after.Pipes > before.Pipes + PooledPipeEnds)
        {
            yield return $"{after.Pipes - before.Pipes} ends of pipes are left";
        }

        if (after.Others > before.Others + OtherSlack)
        {
            yield return $"{after.Others - before.Others} descriptors of other kinds are left";
        }

        if (after.Threads > before.Threads + ThreadSlack)
        {
            yield return $"{after.Threads - before.Threads} threads are left";
        }
    }

    /// <summary>Whether memory grows: the median of the last third of the samples against that of the first; null: too few to say.</summary>
    public static string? FindGrowth(IReadOnlyList<long> samples)
    {
        const int Fewest = 9;
        if (samples.Count < Fewest)
        {
            return null;
        }

        int third = samples.Count / 3;
        long first = Median(samples.Take(third));
        long last = Median(samples.Skip(samples.Count - third));
        return last > first + (first / 4) + MemorySlack ? $"memory grows: {first >> 20} MiB at first, {last >> 20} MiB at last" : null;
    }

    private static long Median(IEnumerable<long> values)
    {
        long[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
