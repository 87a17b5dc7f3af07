// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Connections;
using LbEngine.Transport;

namespace LbEngine.Control;

/// <summary>Waits for backends to lose their connections, and closes what is left at the deadline.</summary>
internal sealed class BackendDrains
{
    // Ends of connections raise no signal here: nobody on the data path should have to look whether somebody waits.
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);

    private readonly ITransport _transport;
    private readonly TimeProvider _timeProvider;
    private readonly CancellationToken _stopping;

    public BackendDrains(ITransport transport, TimeProvider timeProvider, CancellationToken stopping)
    {
        _transport = transport;
        _timeProvider = timeProvider;
        _stopping = stopping;
    }

    /// <summary>Completes when the backend holds no connection: by itself, or after those that are left at the deadline were closed, spread over <paramref name="spread"/>.</summary>
    /// <param name="backend">Takes no new clients any more.</param>
    /// <param name="timeout">Time until the deadline.</param>
    /// <param name="spread">How long the closing may take.</param>
    /// <param name="isWanted">Asked at the deadline: false when the operator has changed their mind.</param>
    public async Task DrainAsync(Backend backend, TimeSpan timeout, TimeSpan spread, Func<bool> isWanted)
    {
        long start = _timeProvider.GetTimestamp();
        while (backend.ActiveCount > 0)
        {
            TimeSpan left = timeout - _timeProvider.GetElapsedTime(start);
            if (left <= TimeSpan.Zero)
            {
                break;
            }

            await Task.Delay(left < LookEvery ? left : LookEvery, _timeProvider, _stopping).ConfigureAwait(false);
            if (!isWanted())
            {
                return;
            }
        }

        if (backend.ActiveCount > 0)
        {
            await _transport.CloseConnectionsAsync(CloseReason.Drained, spread, new CloseScope(backend)).ConfigureAwait(false);
        }
    }
}
