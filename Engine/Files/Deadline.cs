// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Runtime.ExceptionServices;

namespace LbEngine.Files;

/// <summary>Runs what may wait for ever, such as a read from a file server that is away, and goes on without it after a while.</summary>
/// <remarks>A thread in such a call cannot be ended: it is left to itself, and only so many of them are.</remarks>
internal static class Deadline
{
    private const int MostLeft = 4;
    private const int StackBytes = 256 << 10;
    private const int Running = 0;
    private const int Over = 1;
    private const int Left = 2;

    private static int _left;

    /// <summary>Calls that were left to themselves and have not come back yet.</summary>
    public static int LeftCalls => Volatile.Read(ref _left);

    /// <summary>Calls it on a thread of its own and waits for the result.</summary>
    /// <exception cref="IOException">It did not end in time, or several earlier ones have not ended yet.</exception>
    public static T Run<T>(Func<T> work, TimeSpan limit)
    {
        if (LeftCalls >= MostLeft)
        {
            throw new IOException("earlier reads have not come back yet: is the file server away?");
        }

        T? result = default;
        ExceptionDispatchInfo? failure = null;
        int state = Running;
        var thread = new Thread(Work, StackBytes) { IsBackground = true, Name = "lb file" };
        thread.Start();
        if (!HasEnded(thread, limit) && Interlocked.CompareExchange(ref state, Left, Running) == Running)
        {
            Interlocked.Increment(ref _left);
            throw new IOException(string.Create(CultureInfo.InvariantCulture, $"could not be read within {limit.TotalSeconds} s: is the file server away?"));
        }

        failure?.Throw();
        return result!;

        void Work()
        {
            try
            {
                result = work();
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }

            if (Interlocked.CompareExchange(ref state, Over, Running) == Left)
            {
                Interlocked.Decrement(ref _left);
            }
        }
    }

    /// <summary>Waits by the monotonic clock: the runtime's own wait ends early where somebody plays with the other one, as libfaketime does.</summary>
    private static bool HasEnded(Thread thread, TimeSpan limit)
    {
        long start = TimeProvider.System.GetTimestamp();
        TimeSpan left = limit;
        while (!thread.Join(left))
        {
            left = limit - TimeProvider.System.GetElapsedTime(start);
            if (left <= TimeSpan.Zero)
            {
                return false;
            }
        }

        return true;
    }
}
