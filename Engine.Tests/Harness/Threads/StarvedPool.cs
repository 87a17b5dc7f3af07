// SPDX-License-Identifier: MIT
namespace LbEngine.Tests.Harness.Threads;

/// <summary>A thread pool in which everybody blocks, while memory is collected again and again.</summary>
internal static class StarvedPool
{
    private const int Items = 64;

    /// <summary>Blocks the pool for a time; completes when it is free again.</summary>
    public static Task BlockAsync(TimeSpan time)
    {
        var over = new ManualResetEvent(false);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int left = Items;
        for (int i = 0; i < Items; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(
                _ =>
                {
                    over.WaitOne();
                    if (Interlocked.Decrement(ref left) == 0)
                    {
                        over.Dispose();
                        done.SetResult();
                    }
                },
                null);
        }

        new Thread(() =>
        {
            long start = TimeProvider.System.GetTimestamp();
            while (TimeProvider.System.GetElapsedTime(start) < time)
            {
                _ = new byte[1_000_000];
                GC.Collect(2);
                over.WaitOne(50);
            }

            over.Set();
        })
        { IsBackground = true }.Start();
        return done.Task;
    }
}
