// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Connections;
using LbEngine.Lifecycle;

namespace LbEngine.Control.Model;

/// <summary>Waits for backends, and removed listeners, to lose their connections and leases, and closes what is left at the deadline. Any thread.</summary>
internal sealed class BackendDrains
{
    // Ends of connections raise no signal here: nobody on the data path should have to look whether somebody waits.
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);

    private readonly LiveTraffic _connections;
    private readonly TimeProvider _timeProvider;
    private readonly CancellationToken _stopping;
    private readonly Lock _lock = new();
    private Task _nextLook = Task.CompletedTask;

    public BackendDrains(LiveTraffic connections, TimeProvider timeProvider, CancellationToken stopping)
    {
        _connections = connections;
        _timeProvider = timeProvider;
        _stopping = stopping;
    }

    /// <summary>Waits for the next look that is due, together with everybody who waits: many drains cost one timer.</summary>
    public Task WaitALittleAsync()
    {
        lock (_lock)
        {
            return _nextLook = _nextLook.IsCompleted ? Task.Delay(LookEvery, _timeProvider, _stopping) : _nextLook;
        }
    }

    /// <summary>
    /// Completes when the backend holds no connection and no lease: by itself, or after those that are left at the deadline were closed, spread over
    /// <paramref name="spread"/>.
    /// </summary>
    /// <param name="backend">Takes no new clients any more.</param>
    /// <param name="timeout">Time until the deadline.</param>
    /// <param name="spread">How long the closing may take.</param>
    /// <param name="isWanted">Asked again and again: false when the operator has changed their mind. Then nothing more is closed.</param>
    public Task DrainAsync(Backend backend, TimeSpan timeout, TimeSpan spread, Func<bool> isWanted) =>
        DrainAsync(() => backend.ActiveCount, () => _connections.CloseAsync(backend, CloseReason.Drained, spread, isWanted), timeout, isWanted);

    /// <summary>The same for a listener that was removed.</summary>
    /// <param name="listener">Takes no new clients any more.</param>
    /// <param name="timeout">Time until the deadline.</param>
    /// <param name="spread">How long the closing may take.</param>
    /// <param name="isWanted">Asked again and again: false when the listener has come back. Then nothing more is closed.</param>
    public Task DrainAsync(Listener listener, TimeSpan timeout, TimeSpan spread, Func<bool> isWanted) =>
        DrainAsync(() => listener.ActiveCount, () => _connections.CloseAsync(listener, CloseReason.Drained, spread, isWanted), timeout, isWanted);

    private async Task DrainAsync(Func<int> countLive, Func<Task> closeAsync, TimeSpan timeout, Func<bool> isWanted)
    {
        long start = _timeProvider.GetTimestamp();
        while (countLive() > 0 && _timeProvider.GetElapsedTime(start) < timeout)
        {
            await WaitALittleAsync().ConfigureAwait(false);
            if (!isWanted())
            {
                return;
            }
        }

        if (countLive() == 0)
        {
            return;
        }

        Task closing = closeAsync();
        while (!closing.IsCompleted && isWanted())
        {
            await (await Task.WhenAny(closing, WaitALittleAsync()).ConfigureAwait(false)).ConfigureAwait(false);
        }

        if (closing.IsCompleted)
        {
            await closing.ConfigureAwait(false);
        }
    }
}
