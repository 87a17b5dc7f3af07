// SPDX-License-Identifier: MIT
namespace LbEngine.Tests.Harness.Threads;

/// <summary>Runs one action on several threads that start together, with a limit to the wait for them.</summary>
internal static class Threaded
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Runs <paramref name="action"/> with the numbers 0 to count-1; a failure of any thread fails the caller.</summary>
    public static void Run(int count, Action<int> action)
    {
        using var start = new Barrier(count);
        var failures = new List<Exception>();
        Thread[] threads = Enumerable.Range(0, count).Select(number => new Thread(() =>
        {
            try
            {
                start.SignalAndWait();
                action(number);
            }
            catch (Exception exception)
            {
                lock (failures)
                {
                    failures.Add(exception);
                }
            }
        })
        { IsBackground = true }).ToArray();

        foreach (Thread thread in threads)
        {
            thread.Start();
        }

        foreach (Thread thread in threads)
        {
            Assert.True(thread.Join(Limit), $"A thread of {count} did not end within {Limit.TotalSeconds} s.");
        }

        lock (failures)
        {
            if (failures.Count > 0)
            {
                throw new AggregateException(failures);
            }
        }
    }
}
