// SPDX-License-Identifier: MIT
using System.Diagnostics;

namespace LbEngine.Tests.Harness;

/// <summary>Waits that end: each has a limit and says what it waited for.</summary>
internal static class Waiting
{
    public static readonly TimeSpan DefaultLimit = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(5);

    /// <summary>Runs a cancellable operation for at most <paramref name="limit"/>.</summary>
    public static async Task<T> ForAsync<T>(Func<CancellationToken, ValueTask<T>> operation, string what, TimeSpan? limit = null)
    {
        TimeSpan allowed = limit ?? DefaultLimit;
        using var cancellation = new CancellationTokenSource(allowed);
        try
        {
            return await operation(cancellation.Token);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw new TimeoutException($"Waited {allowed.TotalSeconds:0.###} s for {what}.");
        }
    }

    /// <summary>Waits for tasks that limit themselves, and once more for safety.</summary>
    public static async Task ForAllAsync(string what, TimeSpan limit, params IEnumerable<Task> tasks)
    {
        try
        {
            await Task.WhenAll(tasks).WaitAsync(limit);
        }
        catch (TimeoutException exception) when (exception.Data.Count == 0 && tasks.Any(task => !task.IsCompleted))
        {
            throw new TimeoutException($"Waited {limit.TotalSeconds:0.###} s for {what}.", exception);
        }
    }

    /// <summary>Looks again and again until <paramref name="isSo"/>; <paramref name="describe"/> is added to the error text.</summary>
    public static async Task UntilAsync(Func<bool> isSo, string what, TimeSpan? limit = null, Func<string>? describe = null)
    {
        TimeSpan allowed = limit ?? DefaultLimit;
        long start = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(PollInterval);
        while (!isSo())
        {
            if (Stopwatch.GetElapsedTime(start) > allowed)
            {
                throw new TimeoutException($"Waited {allowed.TotalSeconds:0.###} s until {what}. {describe?.Invoke()}");
            }

            await timer.WaitForNextTickAsync();
        }
    }
}
