// SPDX-License-Identifier: MIT
namespace LbEngine.Tests.Scheduling;

/// <summary>Runs one body on several threads that start together.</summary>
internal static class Threaded
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static void Run(int threads, Action<int> body)
    {
        using var start = new Barrier(threads);
        Task[] tasks = [.. Enumerable.Range(0, threads).Select(thread => Task.Factory.StartNew(
            () =>
            {
                Assert.True(start.SignalAndWait(Limit), "the threads did not start together");
                body(thread);
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default))];

        Assert.True(Task.WaitAll(tasks, Limit), $"the {threads} threads did not end within {Limit}");
    }
}
